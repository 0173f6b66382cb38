"""All that the page shows and takes, over one lake: it reads items, keeps answers, and brings them to the lake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Protocol

from triage.learning.page.desk.desk import Desk, Reviewer
from triage.learning.page.desk.given import EXPLICIT, given_answers
from triage.learning.page.desk.items import Item, Mail
from triage.learning.page.desk.journal import Answer, Journal
from triage.learning.page.desk.lake_items import LakeItems
from triage.learning.page.desk.near import Near, NearMails
from triage.learning.page.why.reasons import Reason
from triage.monitoring.performance.corrections import in_force

Write = Callable[[Sequence[Answer]], Mapping[str, str]]
"""Puts answers into gold/corrections, once however often it is called; gives those that it rejected, with codes."""


class Explains(Protocol):
    """Finds the terms that decided; `prepare` loads what it needs for these items."""

    def prepare(self, items: Sequence[Item]) -> None: ...

    def reasons(self, item: Item, mail: Mail) -> Sequence[Reason]: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """Items with all their answers, all items, those that the reviewer skipped, answers of today, and people."""

    done: int
    total: int
    skipped: int
    today: int
    people: Mapping[str, tuple[int, int]]
    """Token of a person → answers among the items, and those of today."""


class Service:
    """`read` gives what the lake holds, `write` adds corrections to it, `explain` finds the terms that decided."""

    def __init__(
        self, journal: Journal, desk: Desk, read: Callable[[], LakeItems], write: Write, explain: Explains
    ) -> None:
        self.journal = journal
        self.desk = desk
        self.rejected: Counter[str] = Counter()
        self._read, self._write, self._explain = read, write, explain
        self._of_lake = Lock()
        self._items: tuple[Item, ...] = ()
        self._mails: Mapping[str, Mail] = {}
        self._near = NearMails(())
        self._labels: dict[tuple[str, str], str] = {}

    def refresh(self) -> None:
        """Reads the lake anew. Never while answers are on their way to it: they would be in neither place."""
        with self._of_lake:
            found = self._read()
            self.desk.load(found.items, given_answers(found.items, found.corrections))
            self._mails = found.mails
            self._near = NearMails(found.mails.values())
            self._labels = _decided(found.corrections)
        self._items = found.items

    def prepare(self) -> None:
        """Loads what explanations need; until then items have none."""
        self._explain.prepare(self._items)

    def flush(self) -> int:
        """Brings the journal's answers to the lake and removes them from it; how many were pending.

        Where the lake takes none, they stay in the journal and the error goes on.
        """
        with self._of_lake:
            pending = self.journal.pending()
            if pending:
                rejected = self._write([answer for _, answer in pending])
                self.rejected.update(rejected.values())
                self.journal.remove([number for number, _ in pending])
            return len(pending)

    def mail(self, item: Item) -> Mail | None:
        """The item's mail; None where it was erased meanwhile."""
        return self._mails.get(item.mail_key)

    def why(self, item: Item, mail: Mail) -> Sequence[Reason]:
        """The terms that decided, the strongest first; none for a blind item."""
        return () if item.blind else self._explain.reasons(item, mail)

    def near(self, item: Item, mail: Mail) -> list[Near]:
        """Mails like it that were corrected already; none for a blind item, whose answer they might give away."""
        if item.blind:
            return []
        labels = {key: label for (key, head), label in self._labels.items() if head == item.head}
        labels |= {one.mail_key: one.label for one in self.desk.answers() if one.head == item.head}
        return self._near.near(mail, labels)

    def progress(self, reviewer: Reviewer) -> Progress:
        """How far the reviewer's teams are; today is that of this machine's clock."""
        today = datetime.now().astimezone().date()
        answers = self.desk.answers(reviewer)
        new = [one for one in answers if one.at.astimezone().date() == today]
        of_today = Counter(one.reviewer for one in new)
        people = {who: (count, of_today[who]) for who, count in Counter(one.reviewer for one in answers).items()}
        return Progress(*self.desk.counts(reviewer), len(new), people)


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def _decided(corrections: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    stated = [row for row in corrections if row["source"] in EXPLICIT]
    return {(row["mail_key"], row["head"]): row["label"] for row in in_force(stated)}
