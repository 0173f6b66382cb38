"""Searches the smallest removal of words and facts that changes a decision; every result is computed, not estimated.

Counterfactual explanations after Wachter, Mittelstadt & Russell (2017).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from pyspark.sql import Row

from triage.labelling.explanation.occlusion import Unit
from triage.labelling.explanation.ranking import DIGITS
from triage.labelling.explanation.replays import Label, Removal

Wanted = Literal["another best label", "a decision", "an abstention"]

MAX_SINGLE = 20
"""Units of a head that are removed one by one."""

MAX_TOGETHER = 12
"""Units that are removed together."""

_PAIRED = 6


@dataclass(frozen=True)
class Goal:
    """The outcome to reach for a head's decision; `order` has the most promising units first."""

    head: str
    wanted: Wanted
    order: tuple[Unit, ...]


class Trials:
    """The labels of the mail without some units; each removal is labelled once."""

    def __init__(self, label: Label) -> None:
        self._label = label
        self._known: dict[Removal, dict[str, Row]] = {}

    def run(self, removals: Iterable[Removal]) -> None:
        """Labels the mail without each of these, in one pass."""
        fresh = [removal for removal in dict.fromkeys(removals) if removal not in self._known]
        if not fresh:
            return
        self._known |= {removal: {} for removal in fresh}
        for row in self._label(fresh):
            self._known[fresh[int(row.mail_key)]][row["head"]] = row

    def labels(self, removal: Removal) -> Mapping[str, Row]:
        """The row of gold/labels of each head."""
        return self._known[removal]

    def tried(self) -> list[Removal]:
        """All removals that were labelled."""
        return list(self._known)


def smallest_changes(trials: Trials, goals: Sequence[Goal]) -> Mapping[Goal, Removal]:
    """For each goal that was reached, the smallest removal that reaches it; it needs every one of its units.

    The search tries single units, then the first units together by estimated and by measured effect, and pairs of
    the best. A result of one unit is minimal; of a larger result no unit can be left out, but a smaller set that was
    not tried may exist.
    """
    singles = [frozenset({unit}) for goal in goals for unit in goal.order[:MAX_SINGLE]]
    trials.run([frozenset(), *singles, *(r for goal in goals for r in _prefixes(goal.order))])
    measured = {goal: _measured(trials, goal) for goal in goals}
    trials.run([r for order in measured.values() for r in (*_prefixes(order), *_pairs(order))])
    found = {goal: _smallest(trials, goal) for goal in goals}
    while True:
        before = dict(found)
        trials.run([removal - {unit} for removal in found.values() if removal for unit in removal])
        found = {goal: _smallest(trials, goal) for goal in goals}
        if found == before:
            return {goal: removal for goal, removal in found.items() if removal}


def _prefixes(order: Sequence[Unit]) -> list[Removal]:
    return [frozenset(order[:size]) for size in range(2, min(len(order), MAX_TOGETHER) + 1)]


def _pairs(order: Sequence[Unit]) -> list[Removal]:
    return [frozenset(pair) for pair in combinations(order[:_PAIRED], 2)]


def _measured(trials: Trials, goal: Goal) -> list[Unit]:
    """The units by the measured effect of their removal on the goal, the largest first."""
    units = list(dict.fromkeys(goal.order[:MAX_SINGLE]))
    return sorted(units, key=lambda unit: -_progress(trials, goal, frozenset({unit})))


def _progress(trials: Trials, goal: Goal, removal: Removal) -> float:
    """How far a removal leads towards the goal; what differs by rounding only is equal."""
    return round(_effect(trials, goal, removal), DIGITS)


def _effect(trials: Trials, goal: Goal, removal: Removal) -> float:
    base, removed = trials.labels(frozenset())[goal.head], trials.labels(removal)[goal.head]
    if goal.wanted == "a decision":
        return float(removed.score)
    if goal.wanted == "an abstention":
        return -float(removed.score)
    others = (score for label, score in removed.scores.items() if label != base.best_label)
    return max(others, default=0.0) - float(removed.scores[base.best_label])


def _reached(trials: Trials, goal: Goal, removal: Removal) -> bool:
    base, removed = trials.labels(frozenset())[goal.head], trials.labels(removal)[goal.head]
    if goal.wanted == "another best label":
        return bool(removed.best_label != base.best_label)
    return bool(removed.abstained != base.abstained)


def _smallest(trials: Trials, goal: Goal) -> Removal:
    """Empty where none reaches the goal."""
    own = set(goal.order)
    reached = [r for r in trials.tried() if r and r <= own and _reached(trials, goal, r)]
    return min(reached, key=lambda r: (len(r), -_progress(trials, goal, r)), default=frozenset())
