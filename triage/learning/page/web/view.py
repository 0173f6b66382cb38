"""What the templates show of items, answers and people, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triage.learning.page.desk.desk import Reviewer
from triage.learning.page.desk.items import Item
from triage.learning.page.desk.journal import Answer
from triage.learning.page.desk.service import Progress
from triage.learning.page.why.reasons import Reason

KEYS = "1234567890cdefghijklmotvwxyz"
"""Keys of the labels, in their order; letters that are none of these do something else."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A label as a button: its key (empty where there are more labels than keys) and score (None where blind)."""

    label: str
    key: str
    score: float | None
    suggested: bool


@dataclass(frozen=True, slots=True)
class Places:
    """Items before and after this one in what the reviewer answered; None: there is none, `next` is then a new one."""

    back: str | None
    next: str | None


def choices(item: Item) -> list[Choice]:
    """The labels in the taxonomy's order, so that a label's key is the same on every item."""
    keys = KEYS.ljust(len(item.labels))
    scores = {} if item.blind else dict(item.scores)
    return [
        Choice(label, key.strip(), scores.get(label), not item.blind and label == item.suggested)
        for label, key in zip(item.labels, keys, strict=False)
    ]


def marked_words(why: Sequence[Reason]) -> frozenset[str]:
    """Words that support the suggestion; of pairs both."""
    kinds = {"text", "subject"}
    return frozenset(
        word
        for one in why
        if one.kind in kinds and (one.support is None or one.support > 0)
        for word in one.term.split()
    )


def places(item: Item, history: Sequence[Answer]) -> Places:
    """Where back and next lead; `history` has the latest answer first."""
    ids = [answer.item_id for answer in history]
    if item.item_id not in ids:
        return Places(ids[0] if ids else None, None)
    at = ids.index(item.item_id)
    return Places(ids[at + 1] if at + 1 < len(ids) else None, ids[at - 1] if at else None)


def people_rows(progress: Progress, reviewers: Sequence[Reviewer]) -> list[tuple[str | None, int, int]]:
    """Name, answers and answers of today; people who have no link here are one row without a name."""
    names = {reviewer.token: reviewer.name for reviewer in reviewers}
    rows: list[tuple[str | None, int, int]] = [
        (names[one.token], *progress.people.get(one.token, (0, 0))) for one in reviewers
    ]
    others = [counts for token, counts in progress.people.items() if token not in names]
    if others:
        rows.append((None, sum(one[0] for one in others), sum(one[1] for one in others)))
    return sorted(rows, key=lambda row: (row[0] is None, -row[1], row[0] or ""))
