"""Intervals against published ones, and resamples against drawing rows one by one."""

from __future__ import annotations

import numpy as np
import pytest

from triage.labelling.evaluation.intervals import Interval, percentile_interval, resampled_counts, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        pytest.param(0, 0, 0.0, 1.0, id="nothing known"),
        pytest.param(0, 10, 0.0, 0.2775, id="none of ten"),
        pytest.param(10, 10, 0.7225, 1.0, id="all of ten"),
        pytest.param(81, 263, 0.2553, 0.3662, id="Newcombe 1998"),
    ],
)
def test_wilson_table(successes: int, trials: int, low: float, high: float) -> None:
    found = wilson(successes, trials)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


def test_percentiles_leave_out_what_has_no_value() -> None:
    resampled = np.array([*np.linspace(0, 1, 101), np.nan])
    found = percentile_interval(0.4, resampled)
    assert [found.value, found.low, found.high] == pytest.approx([0.4, 0.025, 0.975])
    assert percentile_interval(0.0, np.array([np.nan])) == Interval(0.0, 0.0, 1.0)


def test_counts_spread_like_drawn_rows() -> None:
    cell = np.repeat([0, 1, 2], [10, 30, 60])
    drawn = np.concatenate(list(resampled_counts(cell, resamples=4000)))
    assert drawn.shape == (4000, 3)
    assert (drawn.sum(axis=1) == 100).all()
    np.testing.assert_allclose(drawn.mean(axis=0), [10, 30, 60], atol=0.5)
    np.testing.assert_allclose(drawn.std(axis=0), np.sqrt([9, 21, 24]), rtol=0.06)  # binomial


def test_groups_are_drawn_whole() -> None:
    cell = np.array([0, 0, 1, 1, 1, 2])
    groups = np.array(["a", "a", "b", "b", "b", "c"])
    drawn = np.concatenate(list(resampled_counts(cell, groups, resamples=200)))
    assert set(np.unique(drawn[:, 0] % 2)) == {0.0}
    assert set(np.unique(drawn[:, 1] % 3)) == {0.0}
    assert ((drawn / [2, 3, 1]).sum(axis=1) == 3).all()


def test_blocks_give_the_same_rows_whatever_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = np.arange(50)
    whole = np.concatenate(list(resampled_counts(cell, resamples=20)))
    monkeypatch.setattr("triage.labelling.evaluation.intervals._BLOCK", 150)
    assert np.array_equal(np.concatenate(list(resampled_counts(cell, resamples=20))), whole)
