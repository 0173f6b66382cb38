"""Tests of people: flips to any label, one label turned into another, and many on one day."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from triage.config.learning.guards import GuardSettings
from triage.learning.guards.attacks.evidence import CUTS, Blocked, Evidence, Pair, is_hit, pair_of
from triage.learning.guards.attacks.statistics import binomial_tail, combined, cusum_alarm, excess_tail
from triage.learning.guards.outcome import Attack, Finding

Found = tuple[Finding, Blocked]

_LEAST = 4
"""Hits below which nothing is tested."""

_EXCESS = 0.1
"""Share of a person's votes by which hits must exceed those of others to be called flips."""

_EXCESS_OF_PAIR = 0.2
"""Share of a person's votes for mails that are said to be of one label, by which a pair must exceed that of others."""

_MAIN = 0.5
"""Part of a person's excess of hits from which a pair explains it."""

_TOGETHER = 3
"""People, at most, who are tested together."""

_SAFEGUARD = 0.01
"""Chance below which a pair is also too frequent among the votes for its label."""

_WINDOW = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A label that one person gives to mails of some other labels far more often than others do."""

    who: str
    label: str
    instead: tuple[str, ...]
    hits: int
    rows: int
    """Votes of the person for the label."""
    excess: float
    """Hits beyond those that others would have."""


def people_findings(
    evidence: Evidence, settings: GuardSettings, chance: float, gold: Mapping[str, float]
) -> Iterator[Found]:
    """Findings about people in one head; each of the four tests is false with probability `chance`.

    `gold` has, by person, the probability of as many wrong answers to gold questions as they gave.
    """
    if len(evidence.people) < 2:
        return
    for who in evidence.people:
        own, usual = evidence.own(who), evidence.expected_share(who)
        excess = own.hits.total() - usual * own.rows
        suspects = [one for one in _suspects(evidence, who, chance) if one.excess >= _MAIN * excess]
        for suspect in suspects:
            yield from _label_findings(evidence, suspect, settings)
        if not suspects:
            yield from _flips(evidence, who, chance, gold.get(who))
        yield from _bursts(evidence, who, chance)


def _flips(evidence: Evidence, who: str, chance: float, gold: float | None) -> Iterator[Found]:
    """Tested at each cut, together with the gold questions; the surest is reported."""
    found = min((_flips_at(evidence.at(cut), who) for cut in CUTS), key=lambda one: one[0])
    tail, hits, rows, usual = found
    tail = tail if gold is None else combined(tail, gold)
    if tail < chance / (len(evidence.people) * len(CUTS)):
        sentence = (
            f"{hits} of {rows} corrections of {evidence.head} by {who} are contradicted by all others' corrections, "
            f"where {usual:.1%} are usual, to many labels. They count nothing; look at them, or clear the person."
        )
        finding = Finding(Attack.FLIPS, evidence.head, hits, hits / rows, (who,), (), sentence)
        yield finding, Blocked(who=frozenset({who}))


def _flips_at(evidence: Evidence, who: str) -> tuple[float, int, int, float]:
    """Chance, hits, votes and the usual share; the chance is 1 where the excess is small."""
    own, usual = evidence.own(who), evidence.expected_share(who)
    hits, rows = own.hits.total(), own.rows
    if hits < _LEAST or hits - usual * rows < _EXCESS * rows:
        return 1.0, hits, rows, usual
    return binomial_tail(hits, rows, usual), hits, rows, usual


def _suspects(evidence: Evidence, who: str, chance: float) -> Iterator[_Suspect]:
    own = evidence.own(who)
    by_label: dict[str, list[tuple[str, int, float]]] = defaultdict(list)
    for (instead, label), hits, excess in _pairs(evidence, who, chance):
        by_label[label].append((instead, hits, excess))
    for label, found in sorted(by_label.items()):
        others = tuple(sorted(one for one, _, _ in found))
        hits, excess = sum(hits for _, hits, _ in found), sum(excess for _, _, excess in found)
        yield _Suspect(who, label, others, hits, own.given[label], excess)


def _pairs(evidence: Evidence, who: str, chance: float) -> Iterator[tuple[Pair, int, float]]:
    """Pairs that a person has too often, alone or as one of a few people, with hits and excess.

    Too often among the mails that are said to be of the other label, which is the test; and clearly so among the votes
    for the given one, since who answers mostly for one label also makes most of the slips from it. Accounts that work
    together hide each other where each is compared with all others, so the few people with the highest shares are
    tested together, at the chance of any choice of so many (Bonferroni).
    """
    own, pairs = evidence.own(who), max(1, evidence.pairs())
    for pair, hits in own.pairs.items():
        for group in _groups(evidence, who, pair):
            limit = chance / (_TOGETHER * math.comb(len(evidence.people), len(group)) * pairs)
            usual = _usual(evidence, group, pair)
            enough = hits >= own.said[pair[0]] * (usual + _EXCESS_OF_PAIR)
            alarmed = len(group) == 1 and _drifts(evidence, who, pair, usual, limit)
            if enough and _too_often(evidence, group, pair, limit, alarmed=alarmed):
                yield pair, hits, hits - usual * own.said[pair[0]]
                break


def _groups(evidence: Evidence, who: str, pair: Pair) -> Iterator[tuple[str, ...]]:
    """The person alone, and the few people with the highest shares of the pair where the person is one of them."""
    able = [one for one in evidence.people if evidence.own(one).pairs[pair] >= _LEAST]
    if who in able:
        yield (who,)
    order = sorted(able, key=lambda one: (-evidence.own(one).pairs[pair] / evidence.own(one).said[pair[0]], one))
    for size in range(2, min(_TOGETHER, len(order), len(evidence.people) - 1) + 1):
        if who in order[:size]:
            yield tuple(order[:size])


def _usual(evidence: Evidence, group: Sequence[str], pair: Pair) -> float:
    others = evidence.others(*group)
    return (others.pairs[pair] + 1) / (others.said[pair[0]] + 2)


def _too_often(evidence: Evidence, group: Sequence[str], pair: Pair, chance: float, *, alarmed: bool) -> bool:
    (instead, label), others = pair, evidence.others(*group)
    own = [evidence.own(one) for one in group]
    hits, elsewhere = sum(one.pairs[pair] for one in own), others.pairs[pair]
    to = excess_tail(hits, sum(one.given[label] for one in own), elsewhere, others.given[label])
    away = excess_tail(hits, sum(one.said[instead] for one in own), elsewhere, others.said[instead])
    return to < _SAFEGUARD and (away < chance or alarmed)


def _drifts(evidence: Evidence, who: str, pair: Pair, usual: float, chance: float) -> bool:
    hits = [pair_of(vote, doubt, evidence.cut) == pair for vote, doubt in evidence.of(who) if doubt.said == pair[0]]
    raised = min(0.9, max(0.25, 4 * usual))
    return usual < raised and cusum_alarm(hits, usual, raised, chance) is not None


def _label_findings(evidence: Evidence, suspect: _Suspect, settings: GuardSettings) -> Iterator[Found]:
    instead = " or ".join(suspect.instead)
    about = f"{suspect.hits} of {suspect.rows} corrections of {evidence.head} to {suspect.label} by {suspect.who}"
    end = "They count nothing; look at them, or clear the person."
    spread = _spread_days(evidence, suspect)
    texts = {Attack.ATTACKER: f"{about} are of mails that all others' corrections say are {instead}. {end}"}
    if spread is not None and spread >= settings.drip_days:
        texts[Attack.DRIP] = (
            f"{about} are of mails that all others' corrections say are {instead}, a few at a time over "
            f"{spread:.0f} days. {end}"
        )
    blocked = Blocked(who=frozenset({suspect.who}), head=evidence.head, label=suspect.label)
    what, share = (*suspect.instead, suspect.label), suspect.hits / suspect.rows
    for code, sentence in texts.items():
        yield Finding(code, evidence.head, suspect.hits, share, (suspect.who,), what, sentence), blocked


def _spread_days(evidence: Evidence, suspect: _Suspect) -> float | None:
    """Days from the first hit to the last; None where more than half of them fall within a few days."""
    pairs = {(instead, suspect.label) for instead in suspect.instead}
    times = [vote.at for vote, doubt in evidence.of(suspect.who) if pair_of(vote, doubt, evidence.cut) in pairs]
    densest = max(sum(start <= other < start + _WINDOW for other in times) for start in times)
    return None if densest > len(times) / 2 else (times[-1] - times[0]).total_seconds() / 86_400


def _bursts(evidence: Evidence, who: str, chance: float) -> Iterator[Found]:
    own = evidence.of(who)
    doubted = [vote for vote, doubt in own if is_hit(doubt, evidence.cut)]
    hits = Counter((vote.at.date(), vote.label) for vote in doubted)
    rows = Counter((vote.at.date(), vote.label) for vote, _ in own)
    labels = Counter(vote.label for vote in doubted)
    others = evidence.others(who)
    tests = len(evidence.people) * max(1, len(rows))
    for (day, label), count in sorted(hits.items()):
        if count <= _LEAST or count < _MAIN * labels[label]:
            continue
        if binomial_tail(count, rows[day, label], others.share(label)) < chance / tests:
            sentence = (
                f"{count} corrections of {evidence.head} to {label} by {who} on one day ({day}) are contradicted by "
                "all others' corrections. They count nothing; look at them, or clear the person."
            )
            share = count / rows[day, label]
            finding = Finding(Attack.BURST, evidence.head, count, share, (who,), (label,), sentence)
            yield finding, Blocked(who=frozenset({who}), head=evidence.head, label=label)
