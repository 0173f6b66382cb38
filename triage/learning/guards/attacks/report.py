"""The attack report: all tests, at a stated chance of a false finding."""

from __future__ import annotations

from collections.abc import Mapping

from triage.config.learning.guards import GuardSettings
from triage.learning.guards.attacks.campaigns import group_findings
from triage.learning.guards.attacks.evidence import Blocked, by_head
from triage.learning.guards.attacks.reviewers import people_findings
from triage.learning.guards.attacks.statistics import binomial_tail
from triage.learning.guards.doubts import LEAST_ROWS, Doubt
from triage.learning.guards.outcome import Attack, Finding, MailFacts, Trust
from triage.learning.guards.votes import Vote

_TESTS = 5
"""Flips, pairs, their CUSUM, bursts and campaigns share the chance of a false finding (Bonferroni)."""


def attack_report(
    doubts: Mapping[Vote, Doubt],
    facts: Mapping[str, MailFacts],
    settings: GuardSettings,
    trust: Mapping[str, Trust],
) -> tuple[tuple[Finding, ...], tuple[Blocked, ...]]:
    """Findings by size, and the corrections that they take out.

    With hits that fall alike on everybody's corrections of a label, the chance of any finding in any head is at most
    `false_findings`.
    """
    heads = by_head(doubts, settings.cleared)
    chance = settings.false_findings / (_TESTS * max(1, len(heads)))
    gold = _gold_tails(trust)
    found = [one for head in heads for one in people_findings(head, settings, chance, gold)]
    found += [one for head in heads for one in group_findings(head, facts, settings, chance)]
    found.sort(key=lambda one: (-one[0].count, one[0].code, one[0].who, one[0].what))
    return tuple(finding for finding, _ in found), tuple(blocked for _, blocked in found)


def _gold_tails(trust: Mapping[str, Trust]) -> dict[str, float]:
    """Probability of as many wrong answers to gold questions, by the others' share of wrong ones."""
    answers = sum(one.gold_answers for one in trust.values())
    wrong = answers - sum(one.gold_right for one in trust.values())
    found = {}
    for who, one in trust.items():
        if one.gold_answers:
            own = one.gold_answers - one.gold_right
            usual = (wrong - own + 1) / (answers - one.gold_answers + 2)
            found[who] = binomial_tail(own, one.gold_answers, usual)
    return found


def untrusted(trust: Mapping[str, Trust]) -> list[Finding]:
    """A finding for each person whose trust is below the floor."""
    return [_untrusted(who, one) for who, one in sorted(trust.items()) if one.below_floor]


def _untrusted(who: str, trust: Trust) -> Finding:
    wrong = trust.gold_answers - trust.gold_right
    sentence = (
        f"{who} answered {wrong} of {trust.gold_answers} gold questions wrongly (trust {trust.value:.2f}). "
        "Corrections by this person count nothing until the answers improve."
    )
    return Finding(Attack.UNTRUSTED, None, wrong, wrong / max(1, trust.gold_answers), (who,), (), sentence)


def noise(doubts: Mapping[Vote, Doubt], settings: GuardSettings) -> list[Finding]:
    """A finding for each head of whose corrections many are contradicted, of at least `LEAST_ROWS`."""
    found = []
    for evidence in by_head(doubts):
        contradicted = sum(doubt.instead is not None for _, doubt in evidence.rows)
        share = contradicted / len(evidence.rows)
        if share >= settings.noisy_share and len(evidence.rows) >= LEAST_ROWS:
            sentence = (
                f"{contradicted} of {len(evidence.rows)} corrections of {evidence.head} are contradicted by a model of "
                "the sample and of other people's corrections. They count less; the labels may be hard to tell apart, "
                "or many are wrong."
            )
            found.append(Finding(Attack.NOISE, evidence.head, contradicted, share, (), (), sentence))
    return found
