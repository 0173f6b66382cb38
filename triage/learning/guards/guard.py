"""What corrections count in training, after all guards, and what they found.

Each mail and head is decided by people's weighted votes (`votes`). A vote counts the trust in its person (`trust`),
halved with age, less where a model of all others contradicts it (`doubts`), nothing where a finding calls it an attack
(`attacks`). Dangerous changes need a quorum (`quorum`). At the end near-duplicates count once and nobody owns a label
(`caps`). Mails of the gold set and of the audit slice are left out, whatever anyone corrects in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import numpy as np

from triage.config.learning.guards import GuardSettings
from triage.learning.guards.attacks.report import attack_report, noise, untrusted
from triage.learning.guards.caps import NO_GROUP, Cap, Floats, Ints, capped, once_a_group
from triage.learning.guards.doubts import Suggested, doubts_of
from triage.learning.guards.outcome import Example, Guarded, LeftOut, MailFacts, Trust
from triage.learning.guards.quorum import without_quorum
from triage.learning.guards.trust import fade, trust_of
from triage.learning.guards.votes import Elected, Key, Vote, elect, votes_of
from triage.monitoring.performance.corrections import AUDIT, MOVE

MOVE_WEIGHT = 0.3
"""Of an implicit correction, where `learning.corrections.move_weight` is not given."""


def guarded(
    corrections: Sequence[Mapping[str, Any]],
    facts: Mapping[str, MailFacts],
    gold: Mapping[Key, str],
    settings: GuardSettings,
    now: datetime,
    suggested: Suggested = MappingProxyType({}),
    move_weight: float = MOVE_WEIGHT,
) -> Guarded:
    """Examples to learn from rows of gold/corrections, with weights; findings; trust in each person.

    `gold` has the settled labels by mail and head. `suggested` has, by mail and head, probabilities of a model that did
    not learn from that person's corrections (`others.others_say`), not the champion's: where the champion errs, people
    rightly contradict it. Without it, the scan for noise and the tests for attacks are left out. Rows in any order give
    the same answer.
    """
    votes = votes_of(corrections)
    trust = trust_of(votes, gold, settings, now)
    left_out = _kept_apart(corrections, votes, gold)
    usable = [vote for vote in votes if vote.key not in left_out]
    doubts = doubts_of(usable, suggested)
    attacks, blocked = attack_report(doubts, facts, settings, trust)
    weigh = _Weigher(trust, settings, now, move_weight)
    weights: dict[Vote, float] = {}
    for vote in usable:
        attacked = any(one.covers(vote) for one in blocked)
        doubted = vote in doubts and doubts[vote].instead is not None
        weights[vote] = 0.0 if attacked else weigh(vote) * (settings.noise_weight if doubted else 1.0)
        if weights[vote] == 0:
            left_out.setdefault(vote.key, LeftOut.ATTACK if attacked else _why_nothing(vote, trust, move_weight))
    elected = _decided(weights, left_out)
    for key in without_quorum(elected, facts, trust, settings):
        left_out[key] = LeftOut.QUORUM
        del elected[key]
    findings = (*untrusted(trust), *attacks, *noise(doubts, settings))
    return Guarded(_examples(elected, facts, settings), findings, trust, left_out)


def _why_nothing(vote: Vote, trust: Mapping[str, Trust], move_weight: float) -> LeftOut:
    """Why a vote that is part of no attack counts nothing."""
    known = trust[vote.who]
    if known.below_floor or known.value == 0:
        return LeftOut.UNTRUSTED
    return LeftOut.MOVE if vote.source == MOVE and move_weight == 0 else LeftOut.DOUBTED


@dataclass(frozen=True, slots=True)
class _Weigher:
    """Weight of a vote by person, age and source."""

    trust: Mapping[str, Trust]
    settings: GuardSettings
    now: datetime
    move_weight: float

    def __call__(self, vote: Vote) -> float:
        known = self.trust[vote.who]
        own = 0.0 if known.below_floor else known.value
        source = self.move_weight if vote.source == MOVE else 1.0
        return own * source * fade(vote.at, self.now, self.settings.half_life_days)


def _kept_apart(
    corrections: Sequence[Mapping[str, Any]], votes: Sequence[Vote], gold: Mapping[Key, str]
) -> dict[Key, LeftOut]:
    """Mails and heads that nobody learns from. A mail of the audit slice stays in it when its correction is undone."""
    gold_mails = {mail_key for mail_key, _ in gold}
    audited = {row["mail_key"] for row in corrections if row["source"] == AUDIT}
    apart = {vote.key: LeftOut.AUDIT for vote in votes if vote.mail_key in audited}
    return apart | {vote.key: LeftOut.GOLD for vote in votes if vote.mail_key in gold_mails}


def _decided(weights: Mapping[Vote, float], left_out: dict[Key, LeftOut]) -> dict[Key, Elected]:
    """What won by mail and head; what nobody decided goes to `left_out`, what somebody did is taken out of it."""
    decided: dict[Key, Elected] = {}
    for key, found in elect(weights.items()).items():
        if found is None or found.weight == 0:
            left_out[key] = LeftOut.CONFLICT
        else:
            left_out.pop(key, None)
            decided[key] = found
    return decided


def _examples(
    elected: Mapping[Key, Elected], facts: Mapping[str, MailFacts], settings: GuardSettings
) -> tuple[Example, ...]:
    found: list[Example] = []
    for head in sorted({head for _, head in elected}):
        own = {key: one for key, one in sorted(elected.items()) if key[1] == head}
        weights = _capped(list(own.values()), facts, settings)
        found += [
            Example(mail_key, head, one.label, weight, one.first.source)
            for ((mail_key, _), one), weight in zip(own.items(), weights.tolist(), strict=True)
        ]
    return tuple(found)


def _capped(elected: Sequence[Elected], facts: Mapping[str, MailFacts], settings: GuardSettings) -> Floats:
    """Weights of one head's examples after near-duplicates and caps."""
    votes = [one.first for one in elected]
    labels = _numbered([vote.label for vote in votes])

    def column(fact: Callable[[MailFacts], object]) -> list[object]:
        return [fact(facts[vote.mail_key]) if vote.mail_key in facts else None for vote in votes]

    near, threads = column(lambda known: known.near), column(lambda known: known.thread)
    alone = [vote.mail_key if group is None else group for vote, group in zip(votes, near, strict=True)]
    weights = np.array([one.weight for one in elected])
    once = once_a_group(weights, _numbered(list(zip(alone, labels.tolist(), strict=True))))
    caps = [
        Cap(_numbered(column(lambda known: known.sender)), settings.sender_share),
        Cap(_numbered(threads), settings.campaign_share),
        Cap(_numbered(near), settings.campaign_share),
        Cap(_numbered([vote.who for vote in votes]), settings.reviewer_share, gradual=True),
    ]
    return capped(once, caps, labels, settings.label_share, settings.small_weight)


def _numbered(values: Sequence[object]) -> Ints:
    """A number for each different value; NO_GROUP for None."""
    numbers: dict[object, int] = {}
    return np.array(
        [NO_GROUP if value is None else numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64
    )
