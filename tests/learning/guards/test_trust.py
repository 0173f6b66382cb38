"""Trust by gold questions and by agreement."""

from __future__ import annotations

import pytest

from tests.learning.guards.builders import HEAD, NOW, Row, correction, person
from triage.config.learning.guards import GuardSettings
from triage.learning.guards.trust import trust_of
from triage.learning.guards.votes import Key, votes_of

SETTINGS = GuardSettings(prior_right=0.9, prior_answers=5, trust_floor=0.6, half_life_days=365)
GOLD: dict[Key, str] = {(f"g{number}", HEAD): "hr" for number in range(20)}


def answers(right: int, wrong: int, who: str = "ann", days: float = 0.0) -> list[Row]:
    labels = ["hr"] * right + ["legal"] * wrong
    return [correction(f"g{number}", label, who, days=days) for number, label in enumerate(labels)]


CASES: dict[str, tuple[list[Row], float, bool]] = {
    "no gold question: the prior": ([correction("m", "hr")], 0.9, False),
    "three right": (answers(3, 0), 7.5 / 8, False),
    "one wrong of five": (answers(4, 1), 8.5 / 10, False),
    "three wrong of three": (answers(0, 3), 4.5 / 8, True),
    "wrong answers of a year ago count half": (answers(0, 3, days=365), 4.5 / 6.5, False),
    "moves are no answers": ([correction(f"g{n}", "legal", source="move") for n in range(9)], 0.9, False),
}


@pytest.mark.parametrize("case", CASES)
def test_the_posterior_mean(case: str) -> None:
    rows, value, below = CASES[case]
    found = trust_of(votes_of(rows), GOLD, SETTINGS, NOW)[person("ann")]
    assert found.value == pytest.approx(value)
    assert found.below_floor == below


def shared(*people: str, odd: str | None = None, mails: int = 40) -> list[Row]:
    return [correction(f"m{number}", "legal" if who == odd else "hr", who) for number in range(mails) for who in people]


def test_who_always_disagrees_with_two_others_is_trusted_less() -> None:
    found = trust_of(votes_of(shared("ann", "bob", "eve", odd="eve")), {}, SETTINGS, NOW)
    assert found[person("eve")].value < 0.6
    assert found[person("ann")].value > 0.9


def test_agreement_between_accounts_does_not_outweigh_wrong_gold_answers() -> None:
    rows = [*answers(0, 6, "eve"), *answers(0, 6, "mal"), *shared("eve", "mal", mails=500)]
    found = trust_of(votes_of(rows), GOLD, SETTINGS, NOW)
    assert found[person("eve")].below_floor
    assert found[person("mal")].below_floor
    assert (found[person("eve")].gold_right, found[person("eve")].gold_answers) == (0, 6)
