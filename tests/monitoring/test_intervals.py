"""Intervals, beside scipy's and published values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from triage.monitoring.intervals import corrected, difference, wilson, z_of


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_z(confidence: float) -> None:
    assert z_of(confidence) == pytest.approx(norm.ppf(0.5 + confidence / 2))


@given(st.integers(1, 2_000), st.floats(0, 1), st.sampled_from([0.9, 0.95, 0.995]))
def test_wilson_is_scipys(trials: int, share: float, confidence: float) -> None:
    successes = round(share * trials)
    theirs = binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    assert list(wilson(successes, trials, confidence)) == pytest.approx([theirs.low, theirs.high], abs=1e-9)


def test_without_trials_nothing_is_known() -> None:
    assert wilson(0, 0, 0.95) == (0.0, 1.0)


def test_the_difference_is_newcombes() -> None:
    # Newcombe 1998, table II, method 10: 56/70 - 48/80 gives [0.0524, 0.3339]
    one, other = wilson(56, 70, 0.95), wilson(48, 80, 0.95)
    assert list(difference(one, 56 / 70, other, 48 / 80)) == pytest.approx([0.0524, 0.3339], abs=1e-4)


@pytest.mark.parametrize(("comparisons", "each"), [(0, 0.95), (1, 0.95), (10, 0.995)])
def test_several_intervals_hold_together(comparisons: int, each: float) -> None:
    assert corrected(0.95, comparisons) == pytest.approx(each)
