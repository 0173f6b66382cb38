"""Votes and the rule for conflicts."""

from __future__ import annotations

import pytest

from tests.learning.guards.builders import HEAD, Row, correction, person
from triage.learning.guards.votes import elect, votes_of

Weights = dict[str, float]

CASES: dict[str, tuple[list[Row], Weights, tuple[str, float] | None]] = {
    "one vote": ([correction("m", "hr")], {"ann": 0.9}, ("hr", 0.9)),
    "two agree, the heavier counts": (
        [correction("m", "hr"), correction("m", "hr", "bob")], {"ann": 0.9, "bob": 0.5}, ("hr", 0.9),
    ),
    "the heavier wins by what it is heavier": (
        [correction("m", "hr"), correction("m", "legal", "bob")], {"ann": 0.9, "bob": 0.3}, ("hr", 0.9 * 0.5),
    ),
    "two against one": (
        [correction("m", "hr"), correction("m", "legal", "bob"), correction("m", "legal", "cy")],
        {"ann": 0.9, "bob": 0.9, "cy": 0.9}, ("legal", 0.9 / 3),
    ),
    "equal weights decide nothing": (
        [correction("m", "hr"), correction("m", "legal", "bob")], {"ann": 0.9, "bob": 0.9}, None,
    ),
    "moves never outvote a stated label": (
        [correction("m", "hr"), *(correction("m", "legal", who, source="move") for who in ("bob", "cy", "dee"))],
        {"ann": 0.2, "bob": 0.9, "cy": 0.9, "dee": 0.9}, ("hr", 0.2),
    ),
    "moves decide where nobody stated": (
        [correction("m", "legal", "bob", source="move")], {"bob": 0.3}, ("legal", 0.3),
    ),
    "a person's last word": (
        [correction("m", "hr", days=2), correction("m", "legal", days=1)], {"ann": 0.9}, ("legal", 0.9),
    ),
    "a person's move after a stated label": (
        [correction("m", "hr", days=2), correction("m", "legal", days=1, source="move")], {"ann": 0.9}, ("hr", 0.9),
    ),
    "taken back by another person": (
        [correction("m", "legal", "eve", number="1", days=3), correction("m", "hr", days=2),
         correction("m", "legal", "ann", number="2", days=1, undoes="1")],
        {"ann": 0.5, "eve": 0.9}, ("hr", 0.5),
    ),
    "an undo that was taken back": (
        [correction("m", "hr", number="1", days=3), correction("m", "hr", number="2", days=2, undoes="1"),
         correction("m", "hr", number="3", days=1, undoes="2")],
        {"ann": 0.9}, ("hr", 0.9),
    ),
    "a vote of weight 0 is none": (
        [correction("m", "hr"), correction("m", "legal", "eve")], {"ann": 0.5, "eve": 0.0}, ("hr", 0.5),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_rule(case: str) -> None:
    rows, weights, expected = CASES[case]
    found = elect((vote, weights[vote.who[10:-1]]) for vote in votes_of(rows))["m", HEAD]
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found.label == expected[0]
        assert found.weight == pytest.approx(expected[1])


def test_who_voted_is_said() -> None:
    votes = votes_of([correction("m", "hr"), correction("m", "hr", "bob"), correction("m", "legal", "cy")])
    found = elect((vote, 1.0) for vote in votes)["m", HEAD]
    assert found is not None
    assert {vote.who for vote in found.votes} == {person("ann"), person("bob")}


def test_a_mail_with_votes_of_weight_0_only_has_no_answer() -> None:
    assert elect((vote, 0.0) for vote in votes_of([correction("m", "hr")])) == {}
