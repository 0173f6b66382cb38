"""The text classifier in Python workers: Arrow batches of texts to counts, and to logits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_matrix

from triage.errors import ContractError
from triage.labelling.linear.text_classifier import (
    FIELDS,
    TextClassifier,
    count_terms,
    load_classifier,
    vectorizer_of,
)

_Result = TypeVar("_Result")


class Shared(Protocol):
    """A Spark broadcast, as a worker uses it."""

    @property
    def value(self) -> bytes: ...


def count_batches(batches: Iterator[pa.RecordBatch], hash_bits: int) -> Iterator[pa.RecordBatch]:
    """Rows with their texts to rows with their counts: places (int32) and counts (float32) as bytes, by kind."""
    vectorizers = {kind: vectorizer_of(kind, hash_bits) for kind in FIELDS}
    for batch in batches:
        columns: dict[str, Any] = {"row": batch.column("row")}
        for kind, field in FIELDS.items():
            counts = _without_text(lambda: count_terms(vectorizers[kind], batch.column(field).to_pylist()))  # noqa: B023
            columns[f"{kind}_places"], columns[f"{kind}_counts"] = packed(counts)
        yield pa.RecordBatch.from_pydict(columns)


def score_batches(
    batches: Iterator[pa.RecordBatch], shared: Shared, digest: str, output: str
) -> Iterator[pa.RecordBatch]:
    """Adds the logits as the last column, `output`."""
    classifier = _load_once(shared, digest)
    for batch in batches:
        texts = {field: batch.column(field).to_pylist() for field in FIELDS.values()}
        logits = _without_text(lambda: classifier.logits_of(texts))  # noqa: B023
        raw = pa.array(list(logits), pa.list_(pa.float64()))
        yield pa.RecordBatch.from_arrays([*batch.columns, raw], names=[*batch.schema.names, output])


_LOADED: dict[str, TextClassifier] = {}
_MOST_LOADED = 4


def _load_once(shared: Shared, digest: str) -> TextClassifier:
    """The classifier of a digest; a worker process loads it once for all its batches and tasks."""
    if digest not in _LOADED:
        if len(_LOADED) == _MOST_LOADED:
            _LOADED.pop(next(iter(_LOADED)))
        _LOADED[digest] = load_classifier(shared.value)
    return _LOADED[digest]


def digest_of(data: bytes) -> str:
    """SHA-256, in hex."""
    return hashlib.sha256(data).hexdigest()


def packed(counts: csr_matrix) -> tuple[list[bytes], list[bytes]]:
    """Places and counts of each row, as bytes."""
    spans = list(zip(counts.indptr, counts.indptr[1:], strict=False))
    places, values = counts.indices.astype(np.int32), counts.data.astype(np.float32)
    return [places[a:b].tobytes() for a, b in spans], [values[a:b].tobytes() for a, b in spans]


def unpacked(places: Sequence[bytes], values: Sequence[bytes], width: int) -> csr_matrix:
    """The rows of `packed` as one matrix."""
    starts = np.cumsum([0, *(len(row) // 4 for row in places)])
    indices = np.frombuffer(b"".join(places), dtype=np.int32)
    data = np.frombuffer(b"".join(values), dtype=np.float32).astype(np.float64)
    return csr_matrix((data, indices, starts), shape=(len(places), width))


def _without_text(work: Callable[[], _Result]) -> _Result:
    """The result; an error is raised anew with its type only, because its text could hold words of a mail."""
    try:
        return work()
    except Exception as fault:  # noqa: BLE001 - the boundary of a worker
        raise ContractError(
            f"A worker failed with {type(fault).__name__}.", remedy="Start again; report it if it returns."
        ) from None
