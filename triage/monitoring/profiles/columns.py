"""Columns of observations as arrays: codes of values, numbers, lists of terms, and the labels of one head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from triage.monitoring.profiles.observations import MICROS_PER_HOUR

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coded:
    """Occurrences of values: `codes` index `values`, −1 is no value.

    `rows` has the row of each occurrence, None where each row has one; `weights` how often each counts, None for once.
    """

    values: Sequence[str]
    codes: Ints
    rows: Ints | None = None
    weights: Ints | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Numbers of some rows only; the others have none, and count nowhere."""

    numbers: Floats
    rows: Ints


@dataclass(frozen=True, slots=True)
class TermLists:
    """The terms of each row, as an Arrow array of lists of integers."""

    lists: Any


@dataclass(frozen=True)
class Observations:
    """Rows of `triage.monitoring.profiles.observations` that all are of published mails; `at` in microseconds, UTC."""

    table: pa.Table
    at: int
    _heads: dict[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def coded(self, name: str, default: str | None = None) -> Coded:
        """A column of texts, with `default` for null."""
        column: Any = self.table[name]
        return coded(column if default is None else pc.fill_null(column, default))

    def members(self, name: str) -> Coded:
        """A column of lists of texts, each member an occurrence."""
        column = self._whole(name)
        found = coded(pc.list_flatten(column))
        return Coded(found.values, found.codes, _ints(pc.list_parent_indices(column)))

    def counted(self, name: str) -> Coded:
        """A column of maps of texts to counts, each key an occurrence as often as it counts."""
        column = self._whole(name)
        found = coded(column.keys)
        sizes = np.diff(column.offsets.to_numpy())
        return Coded(found.values, found.codes, np.repeat(np.arange(len(self)), sizes), _ints(column.items))

    def numbers(self, name: str) -> Floats:
        """A column of numbers; nan for null."""
        return _floats(self.table[name])

    def flag(self, name: str) -> npt.NDArray[np.bool_]:
        """A column of truth values; null is false."""
        return _truths(self.table[name])

    def has_any(self, name: str, members: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Whether a row's list of texts holds one of the members."""
        found = self.members(name)
        wanted = [code for code, value in enumerate(found.values) if value in members]
        has = np.zeros(len(self), dtype=np.bool_)
        if found.rows is not None:
            has[found.rows[np.isin(found.codes, wanted)]] = True
        return has

    def terms(self, name: str) -> TermLists:
        """A column of lists of hashes."""
        return TermLists(self._whole(name))

    def hours(self, name: str) -> Floats:
        """Hours from `at` to a column of times; negative for times before, nan for null."""
        return _floats(pc.subtract(self.table[name], self.at)) / MICROS_PER_HOUR

    @property
    def heads(self) -> list[str]:
        """The heads that any row has a label of, sorted."""
        return sorted(self._labels()) if len(self) else []

    def label(self, head: str, name: str, default: str | None = None) -> Coded:
        """A text of a head's labels: `label`, `best_label` or `reason`; rows without a label of the head have none."""
        own = self._labels()[head]
        column = own[name] if default is None else pc.fill_null(own[name], default)
        found = coded(column)
        return Coded(found.values, found.codes, own["rows"])

    def label_scores(self, head: str, decided: bool = False) -> Scores:
        """The score of a head's labels; with `decided`, of those only where the head did not abstain."""
        own = self._labels()[head]
        scores, rows = _floats(own["score"]), own["rows"]
        if decided:
            has_label = ~_truths(pc.is_null(own["label"]))
            return Scores(scores[has_label], rows[has_label])
        return Scores(scores, rows)

    def _labels(self) -> dict[str, Mapping[str, Any]]:
        """By head: the rows that have a label of it, and its fields."""
        if not self._heads:
            lists = self._whole("labels")
            rows, flat = _ints(pc.list_parent_indices(lists)), pc.list_flatten(lists)
            heads = coded(flat.field("head"))
            for code, head in enumerate(heads.values):
                own = np.flatnonzero(heads.codes == code)
                fields = {
                    name: flat.field(name).take(pa.array(own)) for name in ("label", "best_label", "score", "reason")
                }
                self._heads[head] = {"rows": rows[own], **fields}
        return self._heads

    def _whole(self, name: str) -> Any:
        """A column as one array whose offsets begin at 0."""
        return _whole(self.table[name])


def coded(column: Any) -> Coded:
    """An Arrow array of texts as codes; −1 for null."""
    encoded: Any = pc.dictionary_encode(_whole(column))
    codes = _ints(pc.fill_null(encoded.indices, -1))
    return Coded(encoded.dictionary.to_pylist(), codes)


def _ints(column: Any) -> Ints:
    return np.asarray(_whole(column).to_numpy(zero_copy_only=False), dtype=np.int64)


def _floats(column: Any) -> Floats:
    return np.asarray(_whole(column.cast(pa.float64())).to_numpy(zero_copy_only=False), dtype=np.float64)


def _truths(column: Any) -> npt.NDArray[np.bool_]:
    return np.asarray(_whole(pc.fill_null(column, False)).to_numpy(zero_copy_only=False), dtype=np.bool_)


def _whole(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
