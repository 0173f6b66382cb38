"""Writes routes to a target, or takes back what was written.

Each chunk of mails is noted as planned before anything is changed, with the marks that were not there, and as written
after it. A job that is killed in between adds the same marks again, and an undo takes away exactly these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from triage.config import Settings
from triage.lake.locks import table_lock
from triage.lake.store import Store
from triage.lake.tables import RAW_MAIL, ROUTES, SILVER_MAIL, WRITE_BACKS
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import unseal
from triage.write_back.ledger import Entry, Ledger, is_current
from triage.write_back.marks import ROUTE, fields_of, marks_of
from triage.write_back.targets.base import Item, Planned, Target


@dataclass
class Counts:
    """Numbers of mails; `current` were written before with the same marks, `lost` are not there to be taken back."""

    written: int = 0
    current: int = 0
    absent: int = 0
    undone: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """One job: the target by its name, the lake, and its keys where the target needs the bytes of mails."""

    name: str
    target: Target
    store: Store
    settings: Settings
    keys: Keys | None = None
    dry_run: bool = False


def write_routes(work: Work, days: float) -> Counts:
    """Writes the routes of mails received within the last days, the newest mail's included. Repeated, it adds nothing.

    Raises TargetError for a target that is configured wrong, TransientError for one that is away.
    """
    counts = Counts()
    work.target.only_looks = work.dry_run
    with _alone(work), work.target as target:
        ledger, recent = Ledger(work.store, work.name), _recent(work, days)
        before = ledger.entries(recent)
        for routes in _chunks(_routes(work, recent), work.settings.write_back.chunk):
            due = [route for route in routes if not is_current(before.get(route["mail_key"], ()), marks_of(route))]
            counts.current += len(routes) - len(due)
            _write(work, target, ledger, due, before, counts)
    return counts


def undo_routes(work: Work) -> Counts:
    """Takes back all that was written to the target and not taken back; also what a killed job only planned."""
    counts = Counts()
    work.target.only_looks = work.dry_run
    with _alone(work), work.target as target:
        ledger = Ledger(work.store, work.name)
        entries = [one for of_mail in ledger.entries().values() for one in of_mail]
        for chunk in _chunks(entries, work.settings.write_back.chunk):
            counts.undone += len({one.mail_key for one in chunk})
            if not work.dry_run:
                _take_back(target, ledger, chunk, counts)
    return counts


def _write(
    work: Work,
    target: Target,
    ledger: Ledger,
    routes: Sequence[dict[str, Any]],
    before: Mapping[str, list[Entry]],
    counts: Counts,
) -> None:
    messages = _messages(work, [route["mail_key"] for route in routes])
    planned: list[Planned] = []
    for route in routes:
        key = route["mail_key"]
        item = Item(key, marks_of(route), fields_of(route), messages.get(key))
        found = _again(item, before.get(key, ())) or _anew(work, target, ledger, item, before.get(key, ()), counts)
        counts.absent += not found
        counts.written += bool(found)
        planned += found
    if not work.dry_run:
        ledger.note(planned, "planned")
        target.apply(planned)
        ledger.note(planned, "written")


def _again(item: Item, entries: Sequence[Entry]) -> list[Planned]:
    """What a killed job planned with the same marks: what it added is known only from its plan."""
    if any(set(one.planned.item.marks) != set(item.marks) for one in entries):
        return []
    return [Planned(item, one.planned.place, one.planned.added) for one in entries]


def _anew(
    work: Work, target: Target, ledger: Ledger, item: Item, entries: Sequence[Entry], counts: Counts
) -> list[Planned]:
    """A plan for a mail that has none with these marks; those of an earlier route are taken back first."""
    if entries and not work.dry_run:
        _take_back(target, ledger, entries, counts)
    return target.plan(item)


def _take_back(target: Target, ledger: Ledger, entries: Sequence[Entry], counts: Counts) -> None:
    planned = [one.planned for one in entries]
    counts.lost += target.undo(planned)
    ledger.note(planned, "undone")


def _recent(work: Work, days: float) -> set[str]:
    """Keys of the mails of the last days. All of silver/mail is looked through, and only these are held."""
    now = datetime.now(UTC)
    newest = max((row["received_at"] for row in work.store.rows(SILVER_MAIL, ("received_at",))), default=now)
    until = min(newest, now)
    since = until - timedelta(days=days)
    rows = work.store.rows(SILVER_MAIL, ("mail_key", "received_at"))
    return {row["mail_key"] for row in rows if since < row["received_at"] <= until}


def _routes(work: Work, recent: Collection[str]) -> list[dict[str, Any]]:
    """Routes of these mails in the order of their keys."""
    rows = (row for row in work.store.rows(ROUTES, ROUTE) if row["mail_key"] in recent)
    return sorted(rows, key=lambda row: str(row["mail_key"]))


def _messages(work: Work, keys: Sequence[str]) -> dict[str, bytes]:
    """The bytes of mails in clear, in memory only; none where no target needs them, or retention removed them."""
    if work.keys is None or not keys:
        return {}
    rows = work.store.rows(RAW_MAIL, ("mail_key", "sealed"), mail_key=keys)
    sealed = {row["mail_key"]: row["sealed"] for row in rows if row["sealed"] is not None}
    return {key: unseal(bytes(data), key.encode(), work.keys) for key, data in sealed.items()}


def _alone(work: Work) -> Any:
    """One writing job at a time; a dry run changes nothing."""
    return nullcontext() if work.dry_run else table_lock(work.store.root, WRITE_BACKS.name)


def _chunks(rows: Sequence[Any], size: int) -> Iterator[list[Any]]:
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk
