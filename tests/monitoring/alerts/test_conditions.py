"""Which measurements meet a condition, and which leave it open."""

from __future__ import annotations

import math
from typing import Any

import pytest

from triage.monitoring.alerts.rules.conditions import ATTRIBUTES, can_tell, figures, hold
from triage.monitoring.measurement import Measurement
from triage.routing.conditions import read_condition

HUNDRED = Measurement("volume", 100.0, "source", "hr", low=80.0, high=120.0, usual=50.0, mails=100, note="FEW")
BARE = Measurement("volume", None, "source", "hr")

MET: dict[str, dict[str, Any]] = {
    "value at the bound": {"value": {"min": 100}},
    "negative change": {"change": {"max": 50}},
    "ratio": {"ratio": {"min": 2, "max": 2}},
    "ratio of the lower bound": {"ratio_low": {"min": 1.6, "max": 1.6}},
    "change of the upper bound": {"change_high": {"min": 70, "max": 70}},
    "all of several": {"value": {"min": 1}, "mails": {"min": 100}, "slice": "hr"},
    "slice of a list": {"slice": ["hr", "sales"]},
    "slice not among others": {"slice": {"none_of": ["sales"]}},
    "note": {"note": "FEW"},
}
NOT_MET: dict[str, dict[str, Any]] = {
    "value below": {"value": {"min": 100.1}},
    "one of several": {"value": {"min": 1}, "mails": {"min": 101}},
    "other slice": {"slice": "sales"},
    "note that is ruled out": {"note": {"none_of": ["FEW"]}},
}


def is_met(given: dict[str, Any], measurement: Measurement) -> bool:
    return hold([read_condition(ATTRIBUTES[name], one) for name, one in given.items()], measurement)


@pytest.mark.parametrize("name", MET)
def test_conditions_that_hold(name: str) -> None:
    assert is_met(MET[name], HUNDRED)


@pytest.mark.parametrize("name", NOT_MET)
def test_conditions_that_do_not_hold(name: str) -> None:
    assert not is_met(NOT_MET[name], HUNDRED)


@pytest.mark.parametrize("figure", [name for name in ATTRIBUTES if name not in ("mails", "note", "slice")])
@pytest.mark.parametrize("bound", [{"min": -1e9}, {"max": 1e9}], ids=["min", "max"])
def test_a_missing_figure_meets_no_condition_and_says_nothing(figure: str, bound: dict[str, float]) -> None:
    condition = read_condition(ATTRIBUTES[figure], bound)
    for missing in (BARE, Measurement("volume", math.nan, low=math.nan, high=math.nan, usual=math.nan)):
        assert not hold([condition], missing)
        assert not can_tell([condition], missing)
    assert can_tell([condition], HUNDRED)


def test_nothing_is_a_multiple_of_nothing() -> None:
    from_nothing = figures(Measurement("volume", 5.0, usual=0.0))
    assert from_nothing["ratio"] is None and from_nothing["change"] == 5.0
