"""The search for uncovered mails against plain enumeration of every mail."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from triage.routing.attributes import Attribute, Kind
from triage.routing.conditions import Condition
from triage.routing.regions import Space, number_cells

LABEL = Attribute("head", Kind.LABEL, values=("a", "b", "abstained"))
FLAG = Attribute("flag", Kind.FLAG)
COUNT = Attribute("count", Kind.NUMBER, low=0, high=4, whole=True)

label_conditions = st.sets(st.sampled_from(LABEL.values), min_size=1).map(lambda v: Condition(LABEL, any_of=tuple(v)))
flag_conditions = st.sampled_from(["true", "false"]).map(lambda v: Condition(FLAG, any_of=(v,)))
count_conditions = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(
    lambda pair: Condition(COUNT, minimum=min(pair), maximum=max(pair))
)
rule_conditions = st.tuples(label_conditions, flag_conditions, count_conditions).flatmap(
    lambda three: st.lists(st.sampled_from(three), min_size=1, max_size=3, unique_by=lambda c: c.attribute.name)
)


def _meets(condition: Condition, mail: tuple[str, str, int]) -> bool:
    label, flag, count = mail
    if condition.attribute is COUNT:
        return condition.minimum <= count <= condition.maximum
    return (label if condition.attribute is LABEL else flag) in condition.any_of


@given(st.lists(rule_conditions, min_size=1, max_size=6))
def test_last_rule_is_covered_exactly_if_no_mail_is_left(rules: list[list[Condition]]) -> None:
    mails = product(LABEL.values, ("true", "false"), range(5))
    first_match = [next((i for i, r in enumerate(rules) if all(_meets(c, m) for c in r)), None) for m in mails]
    space = Space([condition for rule in rules for condition in rule])
    earlier = [box for rule in rules[:-1] for box in space.boxes(rule)]
    assert space.is_covered(space.boxes(rules[-1]), earlier) == (len(rules) - 1 not in first_match)


def test_whole_numbers_have_no_gap_between_neighbours() -> None:
    conditions = [Condition(COUNT, minimum=1, maximum=2)]
    assert sorted(number_cells(COUNT, conditions).values()) == [(0, 0), (1, 1), (2, 2), (2, 4), (4, 4)]
