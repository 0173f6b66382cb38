"""How many decisions a swap changed, and by how much scores moved."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Column, Table

from triage.pipeline.counterfactual.decisions import Decision
from triage.pipeline.counterfactual.variants import PERSONAL, SWAPS, Swap

_WIDTH = 120
"""Characters of a line where standard output is no terminal."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The decisions about a mail and about its variant."""

    swap: Swap
    before: Decision
    after: Decision

    @property
    def has_other_label(self) -> bool:
        """Whether a head that gave a label gave another one."""
        heads = self.before.labels.keys() & self.after.labels.keys()
        both = ((self.before.labels[head], self.after.labels[head]) for head in heads)
        return any(one != other and None not in (one, other) for one, other in both)

    @property
    def has_other_abstention(self) -> bool:
        """Whether a head abstained before or after only."""
        heads = self.before.labels.keys() & self.after.labels.keys()
        return any((self.before.labels[head] is None) != (self.after.labels[head] is None) for head in heads)

    @property
    def is_changed(self) -> bool:
        """Whether anything was decided otherwise."""
        one, other = self.before, self.after
        return (one.labels, one.queue, one.priority, one.quarantined) != (
            other.labels,
            other.queue,
            other.priority,
            other.quarantined,
        )

    @property
    def has_same_text(self) -> bool:
        """Whether both anonymized texts differ in pseudonyms of the same entities only."""
        return bool(self.before.text) and self.before.text == self.after.text

    @property
    def score_change(self) -> float:
        """The largest change of a probability; 0 where either mail was quarantined."""
        return max(
            (
                abs(score - self.after.scores[head].get(label, 0.0))
                for head, scores in self.before.scores.items()
                if head in self.after.scores
                for label, score in scores.items()
            ),
            default=0.0,
        )


@dataclass(frozen=True, slots=True)
class SwapResult:
    """Pairs of one kind of swap, how many of them changed, and in what.

    `same_text` are the pairs whose anonymized texts differ in pseudonyms only, `same_text_changed` those of them that
    changed all the same: a label model that sees who a pseudonym stands for. In the other pairs detection replaced
    other words, or the swap itself changed words that are no personal data, such as pronouns.
    """

    swap: Swap
    pairs: int
    changed: int
    same_text: int
    same_text_changed: int
    labels: int
    abstentions: int
    queues: int
    priorities: int
    quarantines: int
    largest_score_change: float


def results(pairs: Sequence[Pair]) -> list[SwapResult]:
    """A result for each kind of swap, in the order of SWAPS."""
    return [_result(swap, [pair for pair in pairs if pair.swap == swap]) for swap in SWAPS]


def is_fair(found: Iterable[SwapResult]) -> bool:
    """Whether no name and no gender changed a decision."""
    return not any(one.changed for one in found if one.swap in PERSONAL)


def print_table(found: Iterable[SwapResult]) -> None:
    """Prints the results; the last column is the largest change of a probability."""
    columns = (
        "mails",
        "changed",
        "same text",
        "of these changed",
        "label",
        "abstained",
        "queue",
        "priority",
        "quarantine",
        "score change",
    )
    shown = Table(Column("swap", no_wrap=True))
    for column in columns:
        shown.add_column(column, justify="right")
    for one in found:
        same = one.same_text, one.same_text_changed
        counts = one.pairs, one.changed, *same, one.labels, one.abstentions, one.queues, one.priorities, one.quarantines
        shown.add_row(one.swap, *(f"{count:,}" for count in counts), f"{one.largest_score_change:.3f}")
    Console(width=_WIDTH if not sys.stdout.isatty() else None).print(shown)


def _result(swap: Swap, pairs: Sequence[Pair]) -> SwapResult:
    return SwapResult(
        swap,
        len(pairs),
        sum(pair.is_changed for pair in pairs),
        sum(pair.has_same_text for pair in pairs),
        sum(pair.has_same_text and pair.is_changed for pair in pairs),
        sum(pair.has_other_label for pair in pairs),
        sum(pair.has_other_abstention for pair in pairs),
        sum(pair.before.queue != pair.after.queue for pair in pairs),
        sum(pair.before.priority != pair.after.priority for pair in pairs),
        sum(pair.before.quarantined != pair.after.quarantined for pair in pairs),
        max((pair.score_change for pair in pairs), default=0.0),
    )
