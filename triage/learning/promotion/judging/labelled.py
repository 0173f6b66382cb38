"""The labelled rows of a comparison on the driver: numbers, right labels, fingerprints and slices, never text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as f

from triage.labelling.evaluation.intervals import Keys as Groups
from triage.labelling.features.fingerprints import FINGERPRINT, Fingerprints, fingerprint, keyed
from triage.labelling.features.terms import written
from triage.learning.promotion.comparison.paired import NO_SLICE, Texts
from triage.mail.language import UNKNOWN, language
from triage.monitoring.profiles.features import FEWEST_WORDS, MEDIUM_CHARS, SHORT_CHARS, UNUSUAL_SHARE
from triage.privacy.pseudonyms.keys import Keys

SLICES = ("language", "sender_kind", "length", "style", "queue")
"""Kinds of slices, each used where the rows have its columns; as in triage/monitoring/profiles."""

_KINDS = (("bounce", "bounce"), ("auto_submitted", "automatic"), ("list_mail", "list"), ("bulk", "bulk"))
_PREFIX = "slice_"


@dataclass(frozen=True)
class LabelledRows:
    """n rows, ordered by number."""

    numbers: npt.NDArray[np.int64]
    given: Mapping[str, Sequence[tuple[str, ...]]]
    """By head, each row's right labels; empty where they are not known."""

    fingerprints: Fingerprints | None
    """Under the lake's keys; None without a key."""

    languages: Texts
    """What the models are told, `und` where the rows have none."""

    slices: Mapping[str, Texts]
    groups: Groups | None


def read_labelled(rows: DataFrame, heads: Sequence[str], keys: Keys | None) -> LabelledRows:
    """The rows as the driver needs them. Rows with a thread_token are grouped by it."""
    found = sorted(_selected(rows).collect(), key=lambda row: row.row)
    prints = np.array([row[FINGERPRINT] for row in found], dtype=np.int64)
    return LabelledRows(
        np.array([row.row for row in found], dtype=np.int64),
        {head: [_labels_of(row, head) for row in found] for head in heads},
        None if keys is None else keyed(prints, keys),
        _texts([row.told_language or UNKNOWN for row in found]),
        {kind: _texts([row[_PREFIX + kind] or NO_SLICE for row in found]) for kind in SLICES},
        _groups(found),
    )


def _selected(rows: DataFrame) -> DataFrame:
    columns = rows.columns
    slices = [column.alias(_PREFIX + kind) for kind, column in _slices(columns).items()]
    return rows.select(
        "row",
        "labels",
        _optional(columns, "label_sets", "map<string,array<string>>"),
        _optional(columns, "thread_token", "string"),
        _optional(columns, "language", "string").alias("told_language"),
        fingerprint(columns).alias(FINGERPRINT),
        *slices,
    )


def _optional(columns: Sequence[str], name: str, kind: str) -> Column:
    return (f.col(name) if name in columns else f.lit(None).cast(kind)).alias(name)


def _slices(columns: Sequence[str]) -> dict[str, Column]:
    found = {"language": _language(columns), "sender_kind": _sender_kind(columns), "length": _length(columns)}
    return {**found, "style": _style(columns), "queue": _optional(columns, "queue", "string")}


def _language(columns: Sequence[str]) -> Column:
    """As the rows say; else as it is detected, since a labelled file says nothing of it."""
    if "language" in columns:
        return f.col("language")
    detected = f.udf(lambda text: language("", text)[0], "string")
    return detected(written(columns))


def _sender_kind(columns: Sequence[str]) -> Column:
    """Null where the rows have none of the flags."""
    known = [(flag, name) for flag, name in _KINDS if flag in columns]
    if not known:
        return f.lit(None).cast("string")
    kind = f.lit("human")
    for flag, name in reversed(known):
        kind = f.when(f.col(flag), name).otherwise(kind)
    return kind


def _length(columns: Sequence[str]) -> Column:
    chars = f.length(written(columns))
    return f.when(chars < SHORT_CHARS, "short").when(chars < MEDIUM_CHARS, "medium").otherwise("long")


def _style(columns: Sequence[str]) -> Column:
    """Plain, or unusual where many words are rare; null where that is not known."""
    if not {"words", "rare_words"} <= set(columns):
        return f.lit(None).cast("string")
    share = f.when(f.col("words") >= FEWEST_WORDS, f.col("rare_words") / f.col("words"))
    return f.when(share < UNUSUAL_SHARE, "plain").when(share >= UNUSUAL_SHARE, "unusual")


def _labels_of(row: Row, head: str) -> tuple[str, ...]:
    several = (row.label_sets or {}).get(head)
    one = (row.labels or {}).get(head)
    return tuple(several or ([one] if one else ()))


def _texts(values: Sequence[str]) -> Texts:
    return np.array(values, dtype=np.str_)


def _groups(found: Sequence[Row]) -> Groups | None:
    """A row without a thread is one of its own; None where no row has one."""
    if not any(row.thread_token for row in found):
        return None
    return _texts([row.thread_token or f"row {row.row}" for row in found])
