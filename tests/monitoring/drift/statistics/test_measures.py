"""Measures against values worked out by hand, scipy's and Evidently's, and what must hold for any counts."""

from __future__ import annotations

import json
import math
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

from triage.monitoring.drift.statistics.measures import (
    aligned,
    chi_squared,
    jensen_shannon,
    kolmogorov_smirnov,
    psi,
    unseen_share,
    wasserstein,
)
from triage.monitoring.profiles.distributions import Numbers

PEERS = os.environ.get("TRIAGE_PEERS", "")

counts = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=1, max_size=8).filter(
    lambda pairs: sum(a for a, _ in pairs) > 0 and sum(b for _, b in pairs) > 0
)
numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=150)

PSI = {
    # shares with half a count added: (60.5, 40.5)/101 and (40.5, 60.5)/101; 2 · 20/101 · ln(60.5/40.5)
    "shares swap": ([60, 40], [40, 60], 2 * 20 / 101 * math.log(60.5 / 40.5)),
    # (99.5, 0.5)/100 and (0.5, 99.5)/100: 2 · 0.99 · ln 199
    "nothing shared": ([99, 0], [0, 99], 2 * 0.99 * math.log(199)),
    "equal": ([3, 7], [3, 7], 0.0),
    "one bin": ([5], [500], 0.0),
}
JS = {
    "equal shares": ([1, 3], [10, 30], 0.0),
    "nothing shared": ([5, 0], [0, 9], 1.0),
    # p = (1, 0), q = (1/2, 1/2), m = (3/4, 1/4): (log2(4/3) + (log2(2/3) + log2(2)) / 2) / 2
    "half shared": ([4, 0], [1, 1], math.sqrt((math.log2(4 / 3) + (math.log2(2 / 3) + 1) / 2) / 2)),
}


@pytest.mark.parametrize(("was", "now", "expected"), PSI.values(), ids=PSI)
def test_psi(was: list[int], now: list[int], expected: float) -> None:
    assert psi(was, now) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("was", "now", "expected"), JS.values(), ids=JS)
def test_jensen_shannon(was: list[int], now: list[int], expected: float) -> None:
    assert jensen_shannon(was, now) == pytest.approx(expected, abs=1e-7)


@given(counts)
def test_counts_are_measured_as_by_scipy(pairs: list[tuple[int, int]]) -> None:
    was, now = np.array(pairs, float).T
    filled = was + now > 0
    expected = stats.chi2_contingency(np.array([was[filled], now[filled]]), correction=False).statistic
    assert chi_squared(was, now) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert jensen_shannon(was, now) == pytest.approx(jensenshannon(was, now, base=2), abs=1e-7)
    p, q = (was + 0.5) / (was + 0.5).sum(), (now + 0.5) / (now + 0.5).sum()
    symmetric = stats.entropy(p, q) + stats.entropy(q, p)  # PSI is the symmetric Kullback-Leibler divergence
    assert psi(was, now) == pytest.approx(symmetric, rel=1e-6, abs=1e-9)


@given(numbers, numbers)
def test_numbers_are_measured_as_by_scipy(was: list[float], now: list[float]) -> None:
    expected = stats.ks_2samp(was, now, method="asymp").statistic, stats.wasserstein_distance(was, now)
    for one, other in ((was, now), (Numbers.of(was), Numbers.of(now))):
        assert kolmogorov_smirnov(one, other) == pytest.approx(expected[0], abs=1e-12)
        assert wasserstein(one, other) == pytest.approx(expected[1], rel=1e-9, abs=1e-9)


def test_sketches_of_many_numbers_are_off_by_their_rank_error() -> None:
    draw = np.random.default_rng(5)
    was, now = draw.normal(0, 1, 20_000), draw.normal(0.5, 1, 30_000)
    sketches = Numbers.of(was), Numbers.of(now)
    assert kolmogorov_smirnov(*sketches) == pytest.approx(stats.ks_2samp(was, now).statistic, abs=2 * 0.0165)
    assert wasserstein(*sketches) == pytest.approx(stats.wasserstein_distance(was, now), abs=0.06)


@given(counts)
def test_distances_are_symmetric_and_bounded(pairs: list[tuple[int, int]]) -> None:
    was, now = np.array(pairs, float).T
    assert psi(was, was) == 0.0
    assert psi(was, now) == pytest.approx(psi(now, was)) and psi(was, now) >= 0.0
    assert 0.0 <= jensen_shannon(was, now) <= 1.0


@pytest.mark.parametrize("measure", [psi, jensen_shannon, chi_squared, kolmogorov_smirnov, wasserstein])
def test_what_is_empty_has_no_distance(measure: Any) -> None:
    with pytest.raises(ValueError, match="is empty"):
        measure([], [1.0])


def test_values_are_aligned_and_the_unseen_are_counted() -> None:
    values, was, now = aligned({"b": 2, "a": 1}, {"c": 3, "b": 1})
    assert (values, was.tolist(), now.tolist()) == (["a", "b", "c"], [1, 2, 0], [0, 1, 3])
    assert unseen_share({"a": 1, "b": 2, "c": 0}, {"c": 3, "b": 1}) == 0.75
    assert unseen_share({"a": 1}, {}) == 0.0


def _samples() -> dict[str, list[list[Any]]]:
    """A fixed data set: four categories, and numbers that fill all of Evidently's bins."""
    values = "de en fr pl".split()
    categories = [
        [v for v, n in zip(values, sizes, strict=True) for _ in range(n)]
        for sizes in ((50, 30, 15, 5), (30, 40, 22, 8))
    ]
    numbers = [[i * i % 997 for i in range(1, 401)], [(i * i % 997) ** 1.2 // 4 for i in range(1, 301)]]
    return {"categories": categories, "numbers": numbers}


RECORDED: dict[str, Any] = {
    "version": "0.7.23",
    "psi_stat_test categories": 0.17184289853367574,
    "psi_stat_test numbers": 0.05534019084112133,
    "jensenshannon_stat_test categories": 0.145926594586225,
    "chi_stat_test categories": 0.0009387420550450413,
    "ks_stat_test numbers": 0.0725202652758117,
    "wasserstein_stat_test numbers": 0.18923343947842233,
}
"""Of Evidently 0.7.23 for `_samples()`, by tests/monitoring/drift/statistics/evidently_values.py."""


def _check(theirs: dict[str, Any]) -> None:
    samples = _samples()
    categories = [[part.count(v) for v in ("de", "en", "fr", "pl")] for part in samples["categories"]]
    was, now = (np.array(part, float) for part in samples["numbers"])
    edges = np.histogram_bin_edges(np.concatenate([was, now]), bins="sturges")  # Evidently's choice
    binned = [np.histogram(part, edges)[0] for part in (was, now)]
    assert psi(categories[0], categories[1], 0) == pytest.approx(theirs["psi_stat_test categories"], rel=1e-9)
    assert psi(binned[0], binned[1], 0) == pytest.approx(theirs["psi_stat_test numbers"], rel=1e-9)
    to_base_2 = math.sqrt(math.log(2))  # theirs is to base e
    assert jensen_shannon(*categories) * to_base_2 == pytest.approx(theirs["jensenshannon_stat_test categories"])
    # theirs takes the reference for the truth, which a reference of unlimited size is
    unlimited = [10**9 * n for n in categories[0]]
    statistic = chi_squared(unlimited, categories[1])
    assert stats.chi2.sf(statistic, 3) == pytest.approx(theirs["chi_stat_test categories"], rel=1e-6)
    ks = stats.ks_2samp(was, now)  # theirs gives the p-value only
    assert ks.pvalue == pytest.approx(theirs["ks_stat_test numbers"], rel=1e-9)
    assert kolmogorov_smirnov(was, now) == pytest.approx(ks.statistic, rel=1e-9)
    assert wasserstein(was, now) / was.std() == pytest.approx(theirs["wasserstein_stat_test numbers"], rel=1e-9)


def test_measures_equal_evidentlys_recorded_ones() -> None:
    assert RECORDED["version"] == "0.7.23"
    _check(RECORDED)


@pytest.mark.slow
@pytest.mark.skipif(not PEERS, reason="TRIAGE_PEERS names no Python with Evidently: not compared live")
def test_measures_equal_evidentlys() -> None:
    script = Path(__file__).with_name("evidently_values.py")
    done = subprocess.run([PEERS, script], input=json.dumps(_samples()), capture_output=True, text=True, check=True)
    _check(json.loads(done.stdout))
