"""A linear text classifier of scikit-learn: what training on the driver and Python workers share.

Words and pairs of the marked text, and characters of the plain one, each hashed, weighed and brought to length 1;
one plane a label over both. Stored by skops, which reads types that it knows and never runs what a file says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import skops.io
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from triage.errors import ContractError, ModelError
from triage.labelling.linear.solvers import LinearModel, fit_linear_model

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_Made = TypeVar("_Made")
Ints = npt.NDArray[np.int64]

GRAM_CHARS = 2_000
"""Characters whose grams are counted; in Python they are the dear part."""

LEAST_ROWS = 2
"""Terms of fewer rows take no part."""

FIELDS = {"words": "model_text", "grams": "plain_text"}
"""Kind of term → the column that it is drawn from."""

_TRUSTED: list[str] = []
"""Types that a stored model may hold beyond those of numpy, SciPy and scikit-learn that skops trusts by itself."""


@dataclass(frozen=True)
class Terms:
    """A kind of term: how it is counted, which of its places take part, and how these are weighed."""

    vectorizer: HashingVectorizer
    columns: Ints
    weighing: TfidfTransformer

    def features(self, counts: csr_matrix) -> csr_matrix:
        """Rows of length 1."""
        return csr_matrix(self.weighing.transform(counts[:, self.columns]))


@dataclass(frozen=True)
class TextClassifier:
    """Kinds of terms, and the planes over their features side by side."""

    terms: Mapping[str, Terms]
    planes: LinearModel

    def logits(self, counts: Mapping[str, csr_matrix]) -> Floats:
        """Rows × labels, from the counts by kind."""
        parts = [terms.features(counts[kind]) for kind, terms in self.terms.items()]
        return self.planes.logits(hstack(parts, format="csr"))

    def logits_of(self, texts: Mapping[str, Sequence[str | None]]) -> Floats:
        """The same from the texts by column of `FIELDS`."""
        return self.logits(
            {kind: count_terms(terms.vectorizer, texts[FIELDS[kind]]) for kind, terms in self.terms.items()}
        )


def vectorizer_of(kind: str, hash_bits: int) -> HashingVectorizer:
    """Counts of words and pairs of them, or of three and four characters within words."""
    form = (
        {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)[\w=]{2,}"}
        if kind == "words"
        else {"analyzer": "char_wb", "ngram_range": (3, 4)}
    )
    return HashingVectorizer(n_features=2**hash_bits, norm=None, alternate_sign=False, **form)


def count_terms(vectorizer: HashingVectorizer, texts: Sequence[str | None]) -> csr_matrix:
    """Texts × places."""
    most = GRAM_CHARS if vectorizer.analyzer == "char_wb" else None
    return csr_matrix(vectorizer.transform([(text or "")[:most] for text in texts]))


def fit_text_classifier(
    hash_bits: int,
    counts: Mapping[str, csr_matrix],
    truth: Flags,
    *,
    loss: str,
    c: float,
    balance: float,
    seed: int,
) -> TextClassifier:
    """Learns from counts by kind; loss, c and balance as in `fit_linear_model`, whose solvers are scikit-learn's."""
    terms = {kind: _terms(vectorizer_of(kind, hash_bits), counts[kind]) for kind in FIELDS}
    features = hstack([own.features(counts[kind]) for kind, own in terms.items()], format="csr")
    return TextClassifier(
        terms, fit_linear_model(features, truth, loss=loss, c=c, balance=balance, seed=seed)
    )


def _terms(vectorizer: HashingVectorizer, counts: csr_matrix) -> Terms:
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    columns = np.flatnonzero(frequency >= LEAST_ROWS)
    return Terms(vectorizer, columns, TfidfTransformer(sublinear_tf=True).fit(counts[:, columns]))


def dump_classifier(classifier: TextClassifier) -> bytes:
    """The learner as skops writes it; no pickle."""
    terms = {
        kind: {"counting": own.vectorizer, "columns": own.columns, "weighing": own.weighing}
        for kind, own in classifier.terms.items()
    }
    content = {"terms": terms, "weights": classifier.planes.weights, "bias": classifier.planes.bias}
    return bytes(skops.io.dumps(content))


def load_classifier(data: bytes) -> TextClassifier:
    """The learner in `data`. Raises ModelError when it holds a type that is not trusted, or is no learner."""
    try:
        content = skops.io.loads(data, trusted=_TRUSTED)
        terms = {kind: Terms(**own) for kind, own in content["terms"].items()}
        return TextClassifier(terms, LinearModel(content["weights"], content["bias"]))
    except Exception as fault:  # noqa: BLE001 - a file may hold anything, and skops raises what it likes
        raise ModelError(
            f"The scikit-learn part of the model cannot be read ({type(fault).__name__}).",
            remedy="Use the packages that wrote it, or train a new version with jobs/train.py.",
        ) from None


class Shared(Protocol):
    """What Spark's broadcast is to a worker."""

    @property
    def value(self) -> bytes: ...


def count_batches(batches: Iterator[pa.RecordBatch], hash_bits: int) -> Iterator[pa.RecordBatch]:
    """Rows with their texts to rows with their counts: places (int32) and counts (float32) as bytes, by kind."""
    vectorizers = {kind: vectorizer_of(kind, hash_bits) for kind in FIELDS}
    for batch in batches:
        columns: dict[str, Any] = {"row": batch.column("row")}
        for kind, field in FIELDS.items():
            counts = _safely(lambda: count_terms(vectorizers[kind], batch.column(field).to_pylist()))  # noqa: B023
            columns[f"{kind}_places"], columns[f"{kind}_counts"] = packed(counts)
        yield pa.RecordBatch.from_pydict(columns)


def score_batches(
    batches: Iterator[pa.RecordBatch], shared: Shared, digest: str, output: str
) -> Iterator[pa.RecordBatch]:
    """Adds the logits as the last column, `output`."""
    classifier = _once(shared, digest)
    for batch in batches:
        texts = {field: batch.column(field).to_pylist() for field in FIELDS.values()}
        logits = _safely(lambda: classifier.logits_of(texts))  # noqa: B023
        raw = pa.array(list(logits), pa.list_(pa.float64()))
        yield pa.RecordBatch.from_arrays([*batch.columns, raw], names=[*batch.schema.names, output])


_LOADED: dict[str, TextClassifier] = {}
_MOST_LOADED = 4


def _once(shared: Shared, digest: str) -> TextClassifier:
    """The learner of a digest, read once by a worker process, however many batches and tasks it sees."""
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


def _safely(work: Callable[[], _Made]) -> _Made:
    """The result; a fault on the way keeps its type and loses its text, which could hold words of a mail."""
    try:
        return work()
    except Exception as fault:  # noqa: BLE001 - the boundary of a worker
        raise ContractError(
            f"A worker failed with {type(fault).__name__}.", remedy="Start again; report it if it returns."
        ) from None
