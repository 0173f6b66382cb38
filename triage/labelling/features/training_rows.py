"""Labelled rows on the driver: hashed counts, vectors, labels and facts, never text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from pyspark import StorageLevel
from pyspark.ml import PipelineModel
from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as f

from triage.errors import ConfigError
from triage.labelling.features.blocks import SENTENCES, SPARSE, counting_stages, matrix
from triage.labelling.features.fingerprints import FINGERPRINT
from triage.labelling.features.terms import TEXT

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

NO_FOLD = -1

FACTS = (
    "row",
    "labels",
    "label_sets",
    "split",
    "fold",
    "empty",
    "language",
    "length",
    "sender_kind",
    "sent_at",
    "weight",
    "head_weights",
    FINGERPRINT,
)
"""Columns of prepared rows that come to the driver beside the features; a mail's words cannot be read from any of
them."""


@dataclass(frozen=True)
class TrainingRows:
    """Labelled rows, ordered by number; all arrays have one entry a row."""

    numbers: Ints
    features: Mapping[str, Any]
    """Block → hashed counts (sparse), or sentence vectors (dense)."""
    labels: Mapping[str, tuple[str, ...]]
    """Head → its labels, in the order of `truth`'s columns."""
    truth: Mapping[str, Flags]
    """Head → rows × labels."""
    known: Mapping[str, Flags]
    """Head → rows with text, a label that the head has, and a weight above 0."""
    test: Flags
    calibration: Flags
    """Rows of the calibration part."""
    fold: Ints
    """0 and up; NO_FOLD for rows that are not of the train part."""
    language: Texts
    length: Ints
    """Characters of the text."""
    sender_kind: Texts
    """`list`, `machine` or `person`."""
    sent_at: Floats
    """Seconds; NaN where unknown."""
    empty: Flags
    digest: str
    """SHA-256 over the rows' own digests: of number, labels, part, text, and weights other than 1."""
    weight: Mapping[str, Floats] = field(default_factory=dict)
    """Head → what each row counts in a fit; in a head that is not here, every row counts 1. A row of weight 0 is not
    known: it takes no part in calibration and evaluation either, in which all other rows count the same."""
    fingerprint: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """64 bits of each row's text, without a key: never to be stored."""

    def __len__(self) -> int:
        return len(self.numbers)

    def training(self, head: str) -> Flags:
        """Mask of the usable rows of the train part."""
        return self.known[head] & ~self.test & ~self.calibration

    def held_out(self, head: str) -> Flags:
        """Mask of the usable rows of the test part."""
        return self.known[head] & self.test

    def calibrating(self, head: str) -> Flags:
        """Mask of the usable rows of the calibration part."""
        return self.known[head] & self.calibration

    def weight_of(self, head: str, use: Flags) -> Floats | None:
        """Weights of the rows of the mask; None where each is 1, which solvers then need not multiply by."""
        found = self.weight[head][use] if head in self.weight else np.ones(0)
        return None if (found == 1).all() else found

    def answers(self, head: str) -> Texts:
        """The label of each row; that of the first column for rows without one."""
        found: Texts = np.array(self.labels[head], dtype=np.str_)[self.truth[head].argmax(axis=1)]
        return found


def collect_rows(
    prepared: DataFrame,
    heads: Mapping[str, Sequence[str]],
    blocks: Sequence[str],
    hash_bits: int,
    sentences: Sequence[Any] = (),
) -> TrainingRows:
    """`prepared` with its blocks' features; `sentences` are the stages of the embeddings, where a block needs them.

    A head without declared labels takes those that the rows have. Features are computed once, on disk, and then
    fetched partition by partition.
    """
    stages = [*counting_stages(blocks, hash_bits), *sentences]
    vectors = [f"{b}_counts" if b in SPARSE else f"{b}_features" for b in blocks]
    found = (
        PipelineModel(stages)
        .transform(prepared)
        .select(*FACTS, _digest().alias("digest"), *vectors)
        .persist(StorageLevel.DISK_ONLY)
    )
    try:
        found.count()
        rows = list(found.toLocalIterator())
    finally:
        found.unpersist()
    rows.sort(key=lambda row: row.row)
    return _rows(rows, heads, blocks, hash_bits)


def _digest() -> Column:
    labels = (f.map_entries(name).alias(name) for name in ("labels", "label_sets"))
    return f.sha2(f.to_json(f.struct("row", *labels, "split", TEXT, *_other_than_one())), 256)


def _other_than_one() -> tuple[Column, Column]:
    """Weights as JSON; null for 1, so that a set without weights has the same digest as one of equal weights."""
    by_head = f.map_filter("head_weights", lambda _, weight: weight != 1)
    entries = f.sort_array(f.map_entries(by_head))
    return (
        f.when(f.col("weight") != 1, f.col("weight")).alias("weight"),
        f.when(f.size(entries) > 0, entries).alias("head_weights"),
    )


def _rows(
    rows: Sequence[Row], heads: Mapping[str, Sequence[str]], blocks: Sequence[str], hash_bits: int
) -> TrainingRows:
    given = {head: [_labels_of(row, head) for row in rows] for head in heads}
    labels = {head: tuple(allowed) or _seen(given[head]) for head, allowed in heads.items()}
    truth = {head: flags_of(given[head], labels[head]) for head in heads}
    weight = {head: _weights(rows, head) for head in heads}
    return TrainingRows(
        numbers=np.array([row.row for row in rows], dtype=np.int64),
        features={block: _features(rows, block, hash_bits) for block in blocks},
        labels=labels,
        truth=truth,
        known={head: np.asarray(flags.any(axis=1) & (weight[head] > 0)) for head, flags in truth.items()},
        test=np.array([row.split == "test" for row in rows]),
        calibration=np.array([row.split == "calibration" for row in rows]),
        fold=np.array([NO_FOLD if row.fold is None else row.fold for row in rows], dtype=np.int64),
        language=np.array([row.language or "und" for row in rows], dtype=np.str_),
        length=np.array([row.length for row in rows], dtype=np.int64),
        sender_kind=np.array([row.sender_kind for row in rows], dtype=np.str_),
        sent_at=np.array([np.nan if row.sent_at is None else row.sent_at for row in rows]),
        empty=np.array([row.empty for row in rows]),
        digest=hashlib.sha256("".join(row.digest for row in rows).encode()).hexdigest(),
        weight=weight,
        fingerprint=np.array([row.fingerprint for row in rows], dtype=np.int64),
    )


def _weights(rows: Sequence[Row], head: str) -> Floats:
    """Each row's weight times its weight for the head; 1 where none is given."""
    found = np.array([_weight(row.weight) * _weight((row.head_weights or {}).get(head)) for row in rows])
    if not np.isfinite(found).all() or (found < 0).any():
        raise ConfigError(
            "A weight of labelled rows is negative or no number.",
            where=f"columns weight and head_weights, head {head}",
            remedy="Give weights of 0 and up.",
        )
    return found


def _weight(given: float | None) -> float:
    return 1.0 if given is None else float(given)


def _labels_of(row: Row, head: str) -> Sequence[str]:
    if row.empty:
        return ()
    several = (row.label_sets or {}).get(head)
    one = (row.labels or {}).get(head)
    return several or ([one] if one else ())


def _seen(given: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(sorted({label for labels in given for label in labels}))


def flags_of(given: Sequence[Sequence[str]], labels: Sequence[str]) -> Flags:
    """Rows × labels; what is none of the labels is left out."""
    place = {label: column for column, label in enumerate(labels)}
    flags = np.zeros((len(given), len(labels)), dtype=np.bool_)
    for number, said in enumerate(given):
        for label in said:
            if label in place:
                flags[number, place[label]] = True
    return flags


def _features(rows: Sequence[Row], block: str, hash_bits: int) -> Any:
    if block == SENTENCES:
        return np.array([row[f"{block}_features"].toArray() for row in rows], dtype=np.float32)
    return matrix((row[f"{block}_counts"] for row in rows), 2**hash_bits)


def optional_columns(columns: Sequence[str]) -> list[Column]:
    """Columns that rows may lack, as nulls."""
    return [f.lit(None).cast(kind).alias(name) for name, kind in _OPTIONAL.items() if name not in columns]


_OPTIONAL = {
    "label_sets": "map<string,array<string>>",
    "language": "string",
    "sent_at": "timestamp",
    "weight": "double",
    "head_weights": "map<string,double>",
}
