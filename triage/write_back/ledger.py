"""What was written where: rows of ops/write_backs, written before and after each step, so that a kill loses nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from triage.lake.store import Store
from triage.lake.tables import WRITE_BACKS
from triage.write_back.targets.base import Item, Planned

State = Literal["planned", "written", "undone"]


@dataclass(frozen=True, slots=True)
class Entry:
    """The latest state of a mail at a place."""

    planned: Planned
    state: State

    @property
    def mail_key(self) -> str:
        """Of the mail."""
        return self.planned.item.mail_key


class Ledger:
    """The entries of one target."""

    def __init__(self, store: Store, target: str) -> None:
        self._store, self._target = store, target

    def entries(self, among: Collection[str] | None = None) -> dict[str, list[Entry]]:
        """By mail key, what is planned or written and not undone; of all mails or those `among` the given keys."""
        latest: dict[str, dict[str, Any]] = {}
        rows = self._store.rows(WRITE_BACKS, WRITE_BACKS.column_names, target=[self._target])
        wanted = (row for row in rows if among is None or row["mail_key"] in among)
        for row in sorted(wanted, key=lambda row: row["noted_at"]):
            latest[row["entry"]] = row
        found: dict[str, list[Entry]] = {}
        for row in latest.values():
            if row["state"] != "undone":
                found.setdefault(row["mail_key"], []).append(_entry(row))
        return found

    def note(self, planned: Iterable[Planned], state: State) -> None:
        """Adds rows in one commit."""
        now = datetime.now(UTC)
        rows = [self._row(one, state, now) for one in planned]
        if rows:
            self._store.add(WRITE_BACKS, rows)

    def _row(self, planned: Planned, state: State, now: datetime) -> dict[str, Any]:
        key = planned.item.mail_key
        return {
            "entry": hashlib.sha256(f"{self._target}\0{key}\0{planned.place}".encode()).hexdigest()[:32],
            "noted_at": now,
            "target": self._target,
            "mail_key": key,
            "place": planned.place,
            "state": state,
            "wanted": list(planned.item.marks),
            "added": list(planned.added),
        }


def is_current(entries: Sequence[Entry], marks: Collection[str]) -> bool:
    """Whether all of a mail's entries are written with these marks."""
    return bool(entries) and all(
        one.state == "written" and set(one.planned.item.marks) == set(marks) for one in entries
    )


def _entry(row: dict[str, Any]) -> Entry:
    item = Item(row["mail_key"], tuple(row["wanted"]))
    return Entry(Planned(item, row["place"], tuple(row["added"])), row["state"])
