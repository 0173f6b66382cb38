"""How far people's corrections are believed: by gold questions, and by agreement where several saw one mail.

A person's answers are right with one probability, whatever the label: the one-coin model of Dawid & Skene (1979), with
a Beta prior, fitted by expectation and maximization. The truth of gold questions is known; that of other mails that
two or more people saw is estimated with the people's trust. Trust is the posterior mean: (prior + right answers) /
(prior + answers), where answers fade with their age as corrections do.

Agreement can be arranged between two accounts, gold questions cannot, because nobody knows which they are. So all of a
person's agreement together counts at most as much as the prior does, however many mails the accounts share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.config.learning.guards import GuardSettings
from triage.learning.guards.outcome import Trust
from triage.learning.guards.votes import Key, Vote
from triage.monitoring.performance.corrections import MOVE

_ROUNDS = 20
"""Of expectation and maximization; what is left then is far below what changes a decision."""

_SECONDS_A_DAY = 86_400


def fade(at: datetime, now: datetime, half_life_days: float) -> float:
    """What something of this age counts: 1 when fresh, half after each half-life."""
    age = max(0.0, (now - at).total_seconds() / _SECONDS_A_DAY)
    return float(0.5 ** (age / half_life_days))


@dataclass(frozen=True, slots=True)
class _Tally:
    """Answers to gold questions: faded weights, and plain counts."""

    right: float = 0.0
    answers: float = 0.0
    gold_right: int = 0
    gold_answers: int = 0

    def plus(self, right: bool, weight: float) -> _Tally:
        return _Tally(
            self.right + weight * right, self.answers + weight, self.gold_right + right, self.gold_answers + 1
        )


def trust_of(
    votes: Sequence[Vote], gold: Mapping[Key, str], settings: GuardSettings, now: datetime
) -> dict[str, Trust]:
    """Each person's trust. Moves of mails are left out: nobody was asked."""
    stated = [vote for vote in votes if vote.source != MOVE]
    tallies = _gold_tallies(stated, gold, settings, now)
    shared = _shared([vote for vote in stated if vote.key not in gold])
    values = {who: _mean(tallies[who], (0.0, 0.0), settings) for who in sorted({vote.who for vote in votes})}
    for _ in range(_ROUNDS if shared else 0):
        peers = _agreement(shared, values)
        values = {who: _mean(tallies[who], peers[who], settings) for who in values}
    return {who: _trust(who, value, tallies[who], settings) for who, value in values.items()}


def _trust(who: str, value: float, tally: _Tally, settings: GuardSettings) -> Trust:
    """Whoever was cleared counts by the trust itself, without the floor."""
    below = value < settings.trust_floor and who not in settings.cleared
    return Trust(value, tally.gold_right, tally.gold_answers, below)


def _gold_tallies(
    votes: Sequence[Vote], gold: Mapping[Key, str], settings: GuardSettings, now: datetime
) -> defaultdict[str, _Tally]:
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    for vote in votes:
        if vote.key in gold:
            weight = fade(vote.at, now, settings.half_life_days)
            tallies[vote.who] = tallies[vote.who].plus(vote.label == gold[vote.key], weight)
    return tallies


def _shared(votes: Sequence[Vote]) -> list[list[Vote]]:
    """The votes of each mail and head that two or more people saw."""
    by_key: dict[Key, list[Vote]] = defaultdict(list)
    for vote in votes:
        by_key[vote.key].append(vote)
    return [cast for cast in by_key.values() if len(cast) > 1]


def _agreement(shared: Sequence[Sequence[Vote]], values: Mapping[str, float]) -> defaultdict[str, tuple[float, float]]:
    """Who → expected right answers, and answers, on the mails that several saw."""
    sums: defaultdict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for cast in shared:
        truth = _posterior(cast, values)
        for vote in cast:
            right, answers = sums[vote.who]
            sums[vote.who] = right + truth[vote.label], answers + 1
    return sums


def _posterior(cast: Sequence[Vote], values: Mapping[str, float]) -> dict[str, float]:
    """Probability of each label that somebody gave; one that nobody gave is not considered."""
    labels = sorted({vote.label for vote in cast})
    likelihood = dict.fromkeys(labels, 1.0)
    for label in labels:
        for vote in cast:
            value = min(max(values[vote.who], 0.01), 0.99)
            likelihood[label] *= value if vote.label == label else (1 - value) / max(1, len(labels) - 1)
    whole = sum(likelihood.values())
    return {label: found / whole for label, found in likelihood.items()}


def _mean(tally: _Tally, peers: tuple[float, float], settings: GuardSettings) -> float:
    prior = settings.prior_answers
    scale = min(1.0, prior / peers[1]) if peers[1] else 0.0
    right = settings.prior_right * prior + tally.right + scale * peers[0]
    return right / (prior + tally.answers + scale * peers[1])
