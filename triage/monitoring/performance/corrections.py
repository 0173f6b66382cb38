"""What corrections by people say: realized accuracy, and how often people correct."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triage.monitoring.intervals import wilson
from triage.monitoring.measurement import Measurement
from triage.monitoring.performance.abstention import ABSTENTION
from triage.monitoring.performance.expected import decisions, heads_of
from triage.monitoring.performance.notes import AUDITED, NO_CORRECTIONS, NOT_RANDOM, TOO_FEW_MAILS
from triage.monitoring.view import RunView

Row = Mapping[str, Any]
"""A row of gold/corrections."""

REALIZED = "realized_accuracy"
CORRECTION_RATE = "correction_rate"
AUDIT = "audit"
"""The source of corrections of mails that were drawn at random, right or wrong."""

MOVE = "move"
"""The source of corrections that were read from moved mail: nobody was asked, so they answer no question."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The last word of people on a head's label of each mail; abstentions are none, since nothing was said."""

    right: int
    total: int

    @property
    def wrong(self) -> int:
        """Labels that people changed."""
        return self.total - self.right


def not_undone(corrections: Sequence[Row]) -> list[Row]:
    """The corrections that nobody took back, the newest first."""
    newest_first = sorted(corrections, key=lambda row: (row["corrected_at"], row["correction_id"]), reverse=True)
    undone: set[str] = set()
    for row in newest_first:  # an undo may itself be taken back by a later one
        if row["undoes"] is not None and row["correction_id"] not in undone:
            undone.add(row["undoes"])
    return [row for row in newest_first if row["undoes"] is None and row["correction_id"] not in undone]


def in_force(corrections: Sequence[Row]) -> list[Row]:
    """The corrections that nobody took back, one a mail and head: the last that a person stated, else the last move."""
    last: dict[tuple[str, str], Row] = {}
    for row in sorted(not_undone(corrections), key=lambda row: row["source"] == MOVE):
        last.setdefault((row["mail_key"], row["head"]), row)
    return list(last.values())


def checked(corrections: Sequence[Row], *, audited: bool) -> dict[str, Checked]:
    """By head: labels that people checked in a random audit, or otherwise."""
    found: dict[str, list[bool]] = defaultdict(list)
    # what others say of an audited mail later is no answer to the audit, and takes none away
    for row in in_force([row for row in corrections if (row["source"] == AUDIT) == audited]):
        if row["decided"] is not None:
            found[row["head"]].append(row["decided"] == row["label"])
    return {head: Checked(sum(right), len(right)) for head, right in sorted(found.items())}


def realized_accuracy(view: RunView) -> Iterator[Measurement]:
    """Share of checked labels that were right; of random audits where there are enough, else of all corrections.

    Usual is the accuracy on the held-out rows.
    """
    random, chosen = (checked(view.corrections, audited=audited) for audited in (True, False))
    least = view.settings.monitoring.performance.min_audited
    for head in sorted({*heads_of(view.now.run), *random, *chosen}):
        none = Checked(0, 0)
        audit, other = random.get(head, none), chosen.get(head, none)
        if audit.total >= least:
            yield _share(view, head, audit, AUDITED)
        elif audit.total + other.total:
            yield _share(view, head, Checked(audit.right + other.right, audit.total + other.total), NOT_RANDOM)
        else:
            yield Measurement(f"{REALIZED}.{head}", None, note=NO_CORRECTIONS)


def correction_rate(view: RunView) -> Iterator[Measurement]:
    """Labels that people changed (audits aside) among all labels given within `monitoring.history_days`."""
    changed = checked(view.corrections, audited=False)
    for head in heads_of(view.now.run):
        labels = _labels_given(view, head)
        wrong = min(changed[head].wrong, labels) if head in changed else 0
        name = f"{CORRECTION_RATE}.{head}"
        if not view.corrections or not labels:
            # nobody who corrects is not the same as nothing to correct
            note = TOO_FEW_MAILS if view.corrections else NO_CORRECTIONS
            yield Measurement(name, None, mails=labels, note=note)
        else:
            low, high = wilson(wrong, labels, view.settings.monitoring.confidence)
            yield Measurement(name, wrong / labels, low=low, high=high, mails=labels)


def _share(view: RunView, head: str, found: Checked, note: str) -> Measurement:
    low, high = wilson(found.right, found.total, view.settings.monitoring.confidence)
    name, value = f"{REALIZED}.{head}", found.right / found.total
    facts = view.model.heads.get(head) if view.model else None
    usual = facts.accuracy if facts else None
    return Measurement(name, value, low=low, high=high, usual=usual, mails=found.total, note=note)


def _labels_given(view: RunView, head: str) -> int:
    """Labels of the head in this run and in earlier ones; their abstention says how many mails each had."""
    past = [one for one in view.history(f"{ABSTENTION}.{head}") if one.by == "run" and one.value is not None]
    earlier = sum(round(one.mails * (1 - one.value)) for one in past if one.value is not None)
    return earlier + decisions(view.now.run, head).counts["decided"]
