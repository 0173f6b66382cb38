"""Attacks are named, and clean months are not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.learning.guards.builders import HEAD, NOW, PLAIN, Month, add, attack, clean_month, person
from triage.learning.guards.attacks.statistics import binomial_tail
from triage.learning.guards.guard import guarded
from triage.learning.guards.outcome import Attack, Finding, Guarded

NAMES = {
    "flips": Attack.FLIPS,
    "one": Attack.ATTACKER,
    "drip": Attack.DRIP,
    "burst": Attack.BURST,
    "campaign": Attack.CAMPAIGN,
}


def judged(month: Month) -> Guarded:
    return guarded(month.corrections, month.facts, {}, PLAIN, NOW, month.suggested)


def attacks(found: Guarded) -> list[Finding]:
    return [one for one in found.findings if one.code != Attack.NOISE]


def false_findings(months: range) -> int:
    rows, errors = (300, 800), (0.05, 0.12, 0.3)
    made = (clean_month(seed, rows=rows[seed % 2], model_errors=errors[seed % 3]) for seed in months)
    return sum(bool(attacks(judged(month))) for month in made)


def rejected(found: int, months: int) -> bool:
    """Whether a rate of one in twenty can be ruled out (chance below 0.001)."""
    return binomial_tail(found, months, 0.05) < 0.001


def test_clean_months_have_no_more_findings_than_stated() -> None:
    assert not rejected(false_findings(range(12)), 12)


@pytest.mark.slow
def test_clean_months_have_no_more_findings_than_stated_in_two_hundred() -> None:
    assert not rejected(false_findings(range(1_000, 1_200)), 200)


@pytest.mark.parametrize("kind", NAMES)
def test_an_attack_is_named_with_who_does_it_and_counts_nothing(kind: str) -> None:
    month = clean_month(11, rows=500)
    attack(month, kind, 11, 0.1)
    found = judged(month)
    named = [one for one in found.findings if one.code == NAMES[kind]]
    assert named
    assert all(who.startswith("<REVIEWER_bad") for one in attacks(found) for who in one.who)
    poisoned = [
        one for one in found.examples if one.mail_key.startswith(kind) and int(one.mail_key[len(kind) :]) % 2 == 0
    ]
    assert sum(one.weight for one in poisoned) < 1


def test_a_finding_holds_tokens_and_labels_only() -> None:
    month = clean_month(11, rows=500)
    attack(month, "campaign", 11, 0.1)
    campaign = next(one for one in judged(month).findings if one.code == Attack.CAMPAIGN)
    assert campaign.who == (person("bad0"), person("bad1"))
    assert campaign.what == ("sales", "<EMAIL_wanted>")
    assert campaign.head == HEAD


def test_who_was_cleared_is_not_tested() -> None:
    month = clean_month(11, rows=500)
    attack(month, "one", 11, 0.1)
    settings = PLAIN.model_copy(update={"cleared": (person("bad"),)})
    found = guarded(month.corrections, month.facts, {}, settings, NOW, month.suggested)
    assert not attacks(found)


def test_accounts_that_work_together_do_not_hide_each_other() -> None:
    month = clean_month(11, rows=500)
    drawn = np.random.default_rng(4)
    for number in range(150):
        add(month, drawn, f"x{number}", 1, 0, f"bad{number % 3}", float(drawn.uniform(0, 30)), f"s{number}")
    named = {who for one in judged(month).findings if one.code == Attack.ATTACKER for who in one.who}
    assert named == {person(f"bad{number}") for number in range(3)}
