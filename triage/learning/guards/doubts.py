"""Corrections that contradict what a model of all other people's corrections says.

The scan is confident learning (Northcutt, Jiang & Chuang 2021) over probabilities that nobody's own corrections made:
`triage.learning.guards.others.others_say`. A contradicted correction is not wrong for that: people correct because a
model errs. So it counts less, and only the most contradicted ones are evidence against people (`Doubt.rank`): their
share is the same for honest people, whatever the model's accuracy, and an attack stands out from it.

A vote is scanned only where at least `OTHERS` other people gave `LEAST_ROWS` labels of the head. With fewer, the model
of the others is that of the sample, and to contradict the sample is what people are asked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.labelling.data.label_noise import contradicting
from triage.learning.guards.votes import Key, Vote

OTHERS = 2
"""Other people, at least, whose corrections contradict a person's."""

LEAST_ROWS = 30
"""Corrections of other people in a head, at least."""

_EQUAL = 1e-9
"""Probabilities that differ by less are equal."""

Floats = npt.NDArray[np.float64]

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
    scanned = _scanned(vote for vote in votes if suggested.get(vote.key))
    return {vote: doubt for cast in scanned.values() for vote, doubt in _of_head(cast, suggested).items()}


def scanned_heads(votes: Iterable[Vote]) -> frozenset[str]:
    """The heads of which a vote is scanned, if it has probabilities."""
    return frozenset(_scanned(votes))


def _scanned(votes: Iterable[Vote]) -> dict[str, list[Vote]]:
    by_head: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        by_head[vote.head].append(vote)
    found = {head: _with_others(cast) for head, cast in by_head.items()}
    return {head: cast for head, cast in found.items() if cast}


def _with_others(votes: Sequence[Vote]) -> list[Vote]:
    """The votes of people beside whom enough others voted."""
    rows = Counter(vote.who for vote in votes)
    enough = {who for who, own in rows.items() if len(rows) > OTHERS and len(votes) - own >= LEAST_ROWS}
    return [vote for vote in votes if vote.who in enough]


def _of_head(votes: Sequence[Vote], suggested: Suggested) -> dict[Vote, Doubt]:
    labels = sorted({*(vote.label for vote in votes), *(label for vote in votes for label in suggested[vote.key])})
    table = np.array([[suggested[vote.key].get(label, 0.0) for label in labels] for vote in votes])
    found = contradicting(table, [vote.label for vote in votes], labels)
    own = np.array([suggested[vote.key].get(vote.label, 0.0) for vote in votes])
    margins = table.max(axis=1) - own
    ranks = np.where(margins > _EQUAL, 1 - np.searchsorted(np.sort(margins), margins) / len(margins), 1.0)
    best = (labels[place] for place in table.argmax(axis=1))
    said = [label if margin > _EQUAL else vote.label for vote, label, margin in zip(votes, best, margins, strict=True)]
    rows = zip(votes, said, _sure(table, said, found), ranks.tolist(), strict=True)
    return {vote: Doubt(label, instead, rank) for vote, label, instead, rank in rows}


def _sure(table: Floats, said: Sequence[str], found: Sequence[str | None]) -> list[str | None]:
    """What the scan found, where it is more probable than all other labels: of equal ones none is meant."""
    lead = np.diff(np.sort(table, axis=1)[:, -2:], axis=1).sum(axis=1)
    rows = zip(found, said, lead, strict=True)
    return [instead if instead == label and ahead > _EQUAL else None for instead, label, ahead in rows]
