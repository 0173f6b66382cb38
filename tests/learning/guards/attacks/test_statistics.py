"""Tail probabilities and the CUSUM."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import combine_pvalues, fisher_exact

from triage.learning.guards.attacks.statistics import binomial_tail, combined, cusum_alarm, excess_tail


def test_the_tail_of_a_binomial_law() -> None:
    assert binomial_tail(2, 3, 0.5) == pytest.approx(0.5)
    assert binomial_tail(0, 3, 0.5) == pytest.approx(1)


@pytest.mark.parametrize("counts", [(3, 10, 1, 50), (0, 5, 4, 9), (7, 7, 1, 400)])
def test_excess_is_fishers_exact_test(counts: tuple[int, int, int, int]) -> None:
    hits, rows, other_hits, other_rows = counts
    table = np.array([[hits, rows - hits], [other_hits, other_rows - other_hits]])
    expected = fisher_exact(table, alternative="greater").pvalue
    assert excess_tail(*counts) == pytest.approx(float(expected))


@pytest.mark.parametrize("pair", [(0.01, 0.2), (1.0, 1.0), (1e-9, 1e-12)])
def test_two_tails_together(pair: tuple[float, float]) -> None:
    assert combined(*pair) == pytest.approx(float(combine_pvalues(list(pair), method="fisher").pvalue))


def test_false_alarms_are_as_rare_as_stated() -> None:
    drawn = np.random.default_rng(5)
    runs = [cusum_alarm((drawn.random(200) < 0.05).tolist(), 0.05, 0.25, 0.05) for _ in range(400)]
    assert sum(run is not None for run in runs) <= 0.05 * 400


@pytest.mark.parametrize("begin", [0, 100])
def test_a_rate_that_rose_is_found_soon_after(begin: int) -> None:
    drawn = np.random.default_rng(6)
    hits = drawn.random(200) < np.where(np.arange(200) < begin, 0.02, 0.4)
    alarm = cusum_alarm(hits.tolist(), 0.02, 0.25, 0.001)
    assert alarm is not None
    assert begin < alarm < begin + 60


def test_nothing_alarms_for_nothing() -> None:
    assert cusum_alarm([], 0.05, 0.25, 0.05) is None
