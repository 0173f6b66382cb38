"""What a correction must be to be stored. The first fault decides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from triage.config import Settings
from triage.labelling.taxonomy import Head, Taxonomy
from triage.lake.tables import KEY_PATTERN
from triage.learning.corrections.facts import Facts
from triage.learning.corrections.proposal import SHOWN, Code, Proposal, Rejected, Source
from triage.learning.corrections.reviewers import Reviewers, spelled
from triage.routing.conditions import nearest

CLOCK_SKEW = timedelta(minutes=5)
"""How far the clock of another machine may be ahead."""
_KEY = re.compile(KEY_PATTERN)
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.:-]{7,99}")
"""What a sender may call a correction."""


class Validator:
    """Validates corrections against the taxonomy, the reviewers, and what the lake knows of their mails."""

    def __init__(self, settings: Settings, taxonomy: Taxonomy, reviewers: Reviewers, facts: Facts) -> None:
        self._longest = settings.learning.corrections.reason_chars
        self._taxonomy, self._reviewers, self._facts = taxonomy, reviewers, facts

    def fault(self, one: Proposal, source: Source, now: datetime) -> Rejected | None:
        """Why a correction is rejected; None where it is not."""
        found = next(self._faults(one, source, now), None)
        return found and Rejected(one.row, found[0], found[1])

    def _faults(self, one: Proposal, source: Source, now: datetime) -> Iterator[tuple[Code, str]]:
        yield from self._of_person(one, now)
        if source not in SHOWN and len(one.reason or "") > self._longest:
            yield Code.LONG_REASON, f"The most are {self._longest} characters."
        if one.undoes is not None:
            return
        if not is_key(one.mail_key):
            yield Code.CUT_KEY, "Export the mails again, and leave the column mail_key as it is."
        if one.mail_key in self._facts.erased:
            yield Code.ERASED_MAIL, "Nothing of it is kept."
        if one.mail_key not in self._facts.published:
            yield Code.UNKNOWN_MAIL, "Only mails in silver/mail can be corrected."
        head = self._taxonomy.find(one.head)
        if head is None:
            yield Code.UNKNOWN_HEAD, nearest(one.head, (head.name for head in self._taxonomy))
        elif label_of(head, one.label) is None:
            yield Code.UNKNOWN_LABEL, nearest(one.label, head.labels)
        yield from self._of_decision(one, source)

    def _of_person(self, one: Proposal, now: datetime) -> Iterator[tuple[Code, str]]:
        if self._reviewers.find(one.who) is None:
            remedy = "Add the name to the file." if self._reviewers.are_listed else "Give a name with --by."
            yield Code.UNKNOWN_PERSON, remedy
        if one.correction_id is not None and not is_name(one.correction_id):
            yield Code.MALFORMED, "A correction's id has 8 to 100 of the characters 0-9, A-Z, a-z, _, ., : and -."
        if one.at.tzinfo is None:
            yield Code.MALFORMED, "Give the time with its zone, such as 2026-03-02T09:30:00+01:00."
        elif one.at > now + CLOCK_SKEW:
            yield Code.FUTURE, "Set the clock of the machine that wrote it."

    def _of_decision(self, one: Proposal, source: Source) -> Iterator[tuple[Code, str]]:
        """A person who filled in a file with another label than is in force may have corrected what is right by now.

        An answer of the page is stored with what it showed: it was saved, and must not be lost.
        """
        now = self._facts.decided.get((one.mail_key, one.head))
        if source not in SHOWN and one.was_shown and one.decided != (now.label if now else None):
            yield Code.STALE, "Export the mail again and look at its new label."
        if source == "move" and (one.mail_key, one.head) in self._facts.audited:
            yield Code.AUDITED, "Answer it in the review."


def is_key(text: str) -> bool:
    """Whether a mail could have this key."""
    return _KEY.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Whether a correction could have this id."""
    return _NAME.fullmatch(text) is not None


def label_of(head: Head, text: str) -> str | None:
    """The head's label of that name, whatever its case and the blanks around it; None where there is none."""
    return next((label for label in head.labels if label.casefold() == text.strip().casefold()), None)


def contradictory(proposals: Sequence[Proposal]) -> set[int]:
    """The rows in which a person gives a mail several labels at one time, so that none of them can be the last."""
    by_decision: dict[tuple[str, str, str, datetime], list[Proposal]] = defaultdict(list)
    for one in proposals:
        by_decision[spelled(one.who), one.mail_key, one.head, one.at].append(one)
    many = (rows for rows in by_decision.values() if len({row.label.strip().casefold() for row in rows}) > 1)
    return {row.row for rows in many for row in rows}
