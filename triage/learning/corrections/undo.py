"""Takes corrections back. An undo is a row of its own, and may itself be taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS
from triage.learning.corrections.validation import is_name

Row = dict[str, Any]


class Undos:
    """The corrections that are named, with the undos of them, the undos of those, and so on."""

    def __init__(self, named: Collection[str], store: Store) -> None:
        self._rows: dict[str, Row] = {}
        wanted, by = set(filter(is_name, named)), "correction_id"
        while wanted:
            found = list(store.rows(CORRECTIONS, CORRECTIONS.column_names, **{by: wanted}))
            wanted = {row["correction_id"] for row in found} - self._rows.keys()
            self._rows.update((row["correction_id"], row) for row in found)
            by = "undoes"

    def find(self, correction_id: str) -> Row | None:
        """The named correction; None where there is none."""
        return self._rows.get(correction_id)

    def is_taken_back(self, correction_id: str) -> bool:
        """Whether an undo of it is in force."""
        return any(not self.is_taken_back(undo["correction_id"]) for undo in self._of(correction_id))

    def take_back(
        self, correction_id: str, at: datetime, by: str, reason: str | None, named: Callable[[str], str]
    ) -> Row | None:
        """The row that takes a correction back, known here from now on; None where it is taken back already.

        Its id (of `named`) counts the undos before it, so that a repeated start makes no second one, and a
        correction that came back can be taken back again. Its time lies after all that it decides about: the rule of
        what is in force reads the rows from the last to the first.
        """
        if self.is_taken_back(correction_id):
            return None
        of, target = self._of(correction_id), self._rows[correction_id]
        after = max(self._newest(correction_id) + timedelta(microseconds=1), at)
        row = target | {
            "correction_id": named(f"undo\0{correction_id}\0{len(of)}"),
            "corrected_at": after,
            "corrected_by": by,
            "reason": reason,
            "undoes": correction_id,
        }
        self._rows[row["correction_id"]] = row
        return row

    def _of(self, correction_id: str) -> list[Row]:
        return [row for row in self._rows.values() if row["undoes"] == correction_id]

    def _newest(self, correction_id: str) -> datetime:
        own: datetime = self._rows[correction_id]["corrected_at"]
        return max([own, *(self._newest(undo["correction_id"]) for undo in self._of(correction_id))])
