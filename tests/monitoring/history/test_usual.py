"""When a share or a figure differs from what is usual."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from triage.monitoring.history.usual import deviation, exact_interval, undisturbed, usual_figure, usual_share

CALM = [(50.0, 1000.0)] * 20
ROUGH = [(10.0, 1000.0), (90.0, 1000.0), (30.0, 1000.0), (120.0, 1000.0), (0.0, 1000.0)] * 4
"""Both 5 %; chance alone would give 36 to 64 in a thousand."""


@given(st.integers(0, 400), st.integers(1, 400))
def test_without_history_the_interval_is_exact(hits: int, mails: int) -> None:
    hits = min(hits, mails)
    expected = binomtest(hits, mails).proportion_ci(confidence_level=0.95, method="exact")
    found = usual_share(hits, mails, [], 0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert found.usual is None


@pytest.mark.parametrize(("hits", "mails", "past", "is_odd"), [
    (50, 1000, CALM, False), (90, 1000, CALM, True), (9, 100, CALM, False), (90, 1000, ROUGH, False),
    (900, 1000, ROUGH, True), (0, 1000, CALM, True), (300, 1000, [(0.0, 1000.0)] * 20, True),
    (1, 1000, [(0.0, 1000.0)] * 20, False), (12, 40, [(0.0, 40.0)] * 8, True), (2, 40, [(0.0, 40.0)] * 8, False),
], ids=["as usual", "more in many mails", "the same share of few mails", "as wide as runs vary", "wider than runs vary",
        "none of what was usual", "what never was", "one of what never was", "what never was, in few mails",
        "two of what never was, in few mails"])  # fmt: skip
def test_a_share_differs(hits: int, mails: int, past: list[tuple[float, float]], is_odd: bool) -> None:
    found = usual_share(hits, mails, past, 0.999)
    assert found.usual is not None
    assert (not found.low <= found.usual <= found.high) == is_odd


def test_what_is_usual_is_the_share_of_all_earlier_mails() -> None:
    assert usual_share(1, 10, [(1.0, 10.0), (30.0, 90.0)], 0.95).usual == pytest.approx(0.31, abs=0.01)


@given(st.floats(0, 1), st.floats(0.5, 1e6), st.floats(1e-60, 0.4))
def test_a_share_lies_in_its_interval(share: float, mails: float, tail: float) -> None:
    low, high = exact_interval(share * mails, mails, tail)
    assert 0 <= low <= share + 1e-9 and share - 1e-9 <= high <= 1


def test_the_rate_of_false_alarms_is_the_stated_one() -> None:
    """Also where runs vary more than by chance: beta-binomial shares."""
    rng, odd = np.random.default_rng(3), 0
    for _ in range(2_000):
        shares = rng.beta(20, 180, 16)
        hits = rng.binomial(500, shares)
        found = usual_share(int(hits[0]), 500, [(float(h), 500.0) for h in hits[1:]], 0.95)
        assert found.usual is not None
        odd += not found.low <= found.usual <= found.high
    assert odd / 2_000 < 0.07


@pytest.mark.parametrize(("value", "past", "is_odd"), [
    (10.0, [9.0, 10.0, 11.0, 10.0, 12.0, 8.0], False), (40.0, [9.0, 10.0, 11.0, 10.0, 12.0, 8.0], True),
    (40.0, [9.0, 10.0, 10.0, 10.0, 12.0, 900.0], True), (11.0, [10.0] * 6, False),
], ids=["as usual", "four times as much", "one odd run before", "runs that agree by chance"])  # fmt: skip
def test_a_figure_differs(value: float, past: list[float], is_odd: bool) -> None:
    found = usual_figure(value, past, 1.0, 0.99)
    assert found.usual == 10
    assert (not found.low <= found.usual <= found.high) == is_odd


def test_the_deviation_is_that_of_normal_values() -> None:
    values = np.random.default_rng(1).normal(50, 7, 20_000)
    assert deviation(values.tolist()) == pytest.approx(7, rel=0.03)


FAULTY = (200.0, 300.0)
"""A night in which a third of the subjects is missing."""


@pytest.mark.parametrize(
    ("past", "kept"),
    [
        pytest.param([(300.0, 300.0)] * 5 + [FAULTY], 5, id="one faulty night among nights that agree"),
        pytest.param([(299.0, 300.0), (295.0, 300.0), (300.0, 300.0), (297.0, 300.0)], 4, id="chance"),
        pytest.param([(30.0, 300.0), (90.0, 300.0), (60.0, 300.0), (120.0, 300.0), (45.0, 300.0)], 5, id="vary a lot"),
        pytest.param([(300.0, 300.0), (300.0, 300.0), FAULTY], 3, id="too few to tell"),
        pytest.param([(0.0, 0.0), *[(300.0, 300.0)] * 4, FAULTY], 4, id="a run without mails"),
    ],
)
def test_runs_far_from_the_others_are_left_out(past: list[tuple[float, float]], kept: int) -> None:
    assert len(undisturbed(past)) == kept


def test_the_same_fault_a_night_later_still_differs() -> None:
    found = usual_share(*FAULTY, [(300.0, 300.0)] * 6 + [FAULTY, (299.0, 300.0)], 0.999)
    assert found.usual is not None
    assert found.high < found.usual - 0.05
