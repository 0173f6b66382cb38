"""Who sees which mail, and what was answered.

A mail is on the screens of as many people as its item wants answers, others get the next one. A claim ends by
answering, skipping, or when its lease runs out. What is decided here holds for all threads of the one process that
serves a lake; what must outlive the process is in the journal before a method returns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import RLock
from typing import Literal
from uuid import uuid4

from triage.learning.page.desk.items import Item
from triage.learning.page.desk.journal import Answer, Journal

Outcome = Literal["saved", "repeated", "taken", "unknown"]
"""`repeated`: the person gave this very answer before; `taken`: others answered it or have it on their screen;
`unknown`: no such item (any more), or no such label."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person who reviews: name, token, and the teams whose items the person sees (None: all)."""

    name: str
    token: str
    teams: frozenset[str] | None = None
    languages: frozenset[str] | None = None
    """ISO 639-1 codes of the languages that the person reads; None: all."""


class Desk:
    """The items and their answers. `lease` is in seconds, `clock` gives the time in UTC."""

    def __init__(self, journal: Journal, lease: float, clock: Callable[[], datetime]) -> None:
        self.journal = journal
        self._lease = lease
        self._clock = clock
        self._lock = RLock()
        self._items: dict[str, Item] = {}
        self._of_mail: dict[str, list[Item]] = {}
        self._given: dict[str, dict[str, Answer]] = defaultdict(dict)
        self._claims: dict[str, dict[str, float]] = defaultdict(dict)
        self._skips = set(journal.skips())
        for mail_key, reviewer, until in journal.claims():
            self._claims[mail_key][reviewer] = until

    def load(self, items: Iterable[Item], given: Iterable[Answer]) -> None:
        """Takes these items instead of the former ones, and what was answered already, in the order of answering."""
        with self._lock:
            self._items = {item.item_id: item for item in sorted(items, key=lambda one: (one.place, one.item_id))}
            self._of_mail = defaultdict(list)
            for item in self._items.values():
                self._of_mail[item.mail_key].append(item)
            self._given = defaultdict(dict)
            self._take(given)
            self._take(answer for _, answer in self.journal.pending())
            self.journal.retain(self._of_mail)
            self._skips = set(self.journal.skips())

    def next(self, reviewer: Reviewer) -> Item | None:
        """The item to answer now, whose mail is then the reviewer's: one of a mail that is it already goes first."""
        with self._lock:
            now = self._clock().timestamp()
            mine = [key for key, claims in self._claims.items() if claims.get(reviewer.token, 0) > now]
            held = (item for key in mine for item in self._of_mail.get(key, ()))
            for item in (*held, *self._items.values()):
                if self._is_open(item, reviewer, now):
                    self._claim(item.mail_key, reviewer, now)
                    return item
            return None

    def item(self, reviewer: Reviewer, item_id: str) -> Item | None:
        """An item that the reviewer answered, skipped, or may answer now."""
        with self._lock:
            found = self._items.get(item_id)
            if found is None or not self._sees(found, reviewer):
                return None
            if self._answer_of(item_id, reviewer) or self._may_answer(found, reviewer, self._clock().timestamp()):
                return found
            return None

    def answer(self, reviewer: Reviewer, item_id: str, label: str, reason: str | None = None) -> Outcome:
        """Saves a label; one that the reviewer gave before is taken back by it."""
        with self._lock:
            now = self._clock()
            item = self._items.get(item_id)
            if item is None or label not in item.labels or not self._sees(item, reviewer):
                return "unknown"
            former = self._answer_of(item_id, reviewer)
            if former is not None and former.label == label:
                return "repeated"
            if former is None and not self._may_answer(item, reviewer, now.timestamp()):
                return "taken"
            given = _answer(item, reviewer, label, reason, now)
            written = [given] if former is None else [_undo(former, reviewer, now), given]
            self._save(written)
            self._release_when_done(item, reviewer, now.timestamp())
            return "saved"

    def skip(self, reviewer: Reviewer, item_id: str) -> Outcome:
        """The reviewer sees the item no more, others may."""
        with self._lock:
            item = self._items.get(item_id)
            if item is None:
                return "unknown"
            self.journal.skip(item_id, item.mail_key, reviewer.token)
            self._skips.add((item_id, reviewer.token))
            self._release_when_done(item, reviewer, self._clock().timestamp())
            return "saved"

    def unskip(self, reviewer: Reviewer) -> None:
        """The reviewer sees again what was skipped."""
        with self._lock:
            self.journal.unskip(reviewer.token)
            self._skips = {skip for skip in self._skips if skip[1] != reviewer.token}

    def undo(self, reviewer: Reviewer, correction_id: str) -> Item | None:
        """Takes back the reviewer's answer of that id, and gives its item to the reviewer.

        None where there is none, or it is taken back already: asked again, nothing else is taken back.
        """
        with self._lock:
            given = next((one for one in self.history(reviewer) if one.correction_id == correction_id), None)
            if given is None:
                return None
            now = self._clock()
            item = self._items[given.item_id]
            self._save([_undo(given, reviewer, now)])
            self._claim(item.mail_key, reviewer, now.timestamp())
            return item

    def last(self, reviewer: Reviewer) -> Answer | None:
        """The reviewer's latest answer among the items that is not taken back."""
        return next(iter(self.history(reviewer)), None)

    def history(self, reviewer: Reviewer) -> list[Answer]:
        """The reviewer's answers among the items, the latest first."""
        with self._lock:
            found = [
                by[reviewer.token] for key, by in self._given.items() if reviewer.token in by and key in self._items
            ]
        return sorted(found, key=lambda one: (one.at, one.correction_id), reverse=True)

    def answers(self, reviewer: Reviewer | None = None) -> list[Answer]:
        """All answers in force among the items that the reviewer may see (None: among all)."""
        with self._lock:
            ids = [item.item_id for item in self._items.values() if reviewer is None or self._sees(item, reviewer)]
            return [answer for one in ids for answer in self._given.get(one, {}).values()]

    def counts(self, reviewer: Reviewer) -> tuple[int, int, int]:
        """Of the reviewer's teams: items with all their answers, all items, and those that the reviewer skipped."""
        with self._lock:
            seen = [item for item in self._items.values() if self._sees(item, reviewer)]
            done = sum(len(self._given.get(item.item_id, ())) >= item.answers for item in seen)
            skipped = sum((item.item_id, reviewer.token) in self._skips for item in seen)
            return done, len(seen), skipped

    def _is_open(self, item: Item, reviewer: Reviewer, now: float) -> bool:
        if not self._sees(item, reviewer) or (item.item_id, reviewer.token) in self._skips:
            return False
        return self._answer_of(item.item_id, reviewer) is None and self._may_answer(item, reviewer, now)

    def _may_answer(self, item: Item, reviewer: Reviewer, now: float) -> bool:
        """Whether answers are wanted and fewer others than that have the mail on their screen or answered the item."""
        given = set(self._given.get(item.item_id, ()))
        holders = {who for who, until in self._claims.get(item.mail_key, {}).items() if until > now}
        return len((given | holders) - {reviewer.token}) < item.answers

    def _sees(self, item: Item, reviewer: Reviewer) -> bool:
        reads = reviewer.languages is None or item.language in reviewer.languages
        return reads and (reviewer.teams is None or item.team in reviewer.teams)

    def _answer_of(self, item_id: str, reviewer: Reviewer) -> Answer | None:
        return self._given.get(item_id, {}).get(reviewer.token)

    def _claim(self, mail_key: str, reviewer: Reviewer, now: float) -> None:
        until = now + self._lease
        if self._claims[mail_key].get(reviewer.token, 0) < now + self._lease / 2:  # written seldom: a write is a sync
            self._claims[mail_key][reviewer.token] = until
            self.journal.claim(mail_key, reviewer.token, until)

    def _release_when_done(self, item: Item, reviewer: Reviewer, now: float) -> None:
        """The claim stays while the mail has more for the reviewer to answer."""
        if not any(self._is_open(other, reviewer, now) for other in self._of_mail[item.mail_key]):
            self._claims[item.mail_key].pop(reviewer.token, None)
            self.journal.release(item.mail_key, reviewer.token)

    def _save(self, answers: Sequence[Answer]) -> None:
        with self.journal.transaction():
            self.journal.add(answers)
        self._take(answers)

    def _take(self, answers: Iterable[Answer] | Iterator[Answer]) -> None:
        for answer in answers:
            by = self._given[answer.item_id]
            if answer.undoes is None:
                by[answer.reviewer] = answer
            elif answer.reviewer in by and by[answer.reviewer].correction_id == answer.undoes:
                del by[answer.reviewer]


def _answer(item: Item, reviewer: Reviewer, label: str, reason: str | None, at: datetime) -> Answer:
    return Answer(
        correction_id=uuid4().hex,
        item_id=item.item_id,
        mail_key=item.mail_key,
        head=item.head,
        label=label,
        decided=None if item.blind else item.decided,  # of a blind item nothing was shown
        model_version=None if item.blind else item.model_version,
        at=at,
        reviewer=reviewer.token,
        who=reviewer.name,
        reason=reason,
        source=item.source,
    )


def _undo(given: Answer, reviewer: Reviewer, at: datetime) -> Answer:
    return replace(given, correction_id=uuid4().hex, at=at, who=reviewer.name, reason=None, undoes=given.correction_id)
