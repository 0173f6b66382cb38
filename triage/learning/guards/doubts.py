"""Corrections that contradict what a model of all other people's corrections says.

The scan is confident learning (Northcutt, Jiang & Chuang 2021) over probabilities that nobody's own corrections made:
`triage.learning.guards.others.others_say`. A contradicted correction is not wrong for that: people correct because a
model errs. So it counts less, and only the most contradicted ones are evidence against people (`Doubt.rank`): their
share is the same for honest people, whatever the model's accuracy, and an attack stands out from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from triage.labelling.data.label_noise import contradicting
from triage.learning.guards.votes import Key, Vote

Suggested = Mapping[Key, Mapping[str, float]]
"""Mail and head → probability of each label, by a model that did not learn from this correction."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the others' model says of a correction."""

    said: str
    """The label that it thinks most probable."""
    instead: str | None
    """Another label that it is sure of; None where it is not sure of another."""
    rank: float
    """Share of the head's corrections that are at least as far behind what it says; 1 where it says the same."""


def doubts_of(votes: Sequence[Vote], suggested: Suggested) -> dict[Vote, Doubt]:
    """The doubt of each vote whose mail has probabilities."""
    by_head: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        if suggested.get(vote.key):
            by_head[vote.head].append(vote)
    return {vote: doubt for cast in by_head.values() for vote, doubt in _of_head(cast, suggested).items()}


def _of_head(votes: Sequence[Vote], suggested: Suggested) -> dict[Vote, Doubt]:
    labels = sorted({*(vote.label for vote in votes), *(label for vote in votes for label in suggested[vote.key])})
    table = np.array([[suggested[vote.key].get(label, 0.0) for label in labels] for vote in votes])
    found = contradicting(table, [vote.label for vote in votes], labels)
    own = np.array([suggested[vote.key].get(vote.label, 0.0) for vote in votes])
    margins = table.max(axis=1) - own
    order = np.sort(margins)
    ranks = np.where(margins > 0, 1 - np.searchsorted(order, margins) / len(margins), 1.0)
    said = [labels[place] for place in table.argmax(axis=1)]
    rows = zip(votes, said, found, ranks.tolist(), strict=True)
    return {vote: Doubt(best, instead, rank) for vote, best, instead, rank in rows}
