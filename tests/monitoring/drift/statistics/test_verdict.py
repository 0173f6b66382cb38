"""The evidence of a comparison: its interval holds what it promises, and size alone proves nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from triage.monitoring.drift.statistics.bins import bin_names, binned, pooled, quantile_edges
from triage.monitoring.drift.statistics.dispersion import dispersions, pearson_dispersion
from triage.monitoring.drift.statistics.measures import psi
from triage.monitoring.drift.statistics.presence import Presences, evidence_of
from triage.monitoring.drift.statistics.verdict import Evidence, Limits, effective_size, evidence, simes, verdicts
from triage.monitoring.profiles.distributions import Counts, Numbers
from triage.monitoring.profiles.profile import RUN, Profile, Slice

LIMITS = Limits(0.1, 0.25)
WAS = np.array([0.4, 0.3, 0.2, 0.1])


@pytest.mark.parametrize("value", [0.005, 0.05, 0.4])
def test_the_interval_is_the_inversion_of_the_noncentral_distribution(value: float) -> None:
    found = evidence(value, 4, (500.0, 2_000.0), LIMITS)
    unit = 1 / 500 + 1 / 2_000

    def bound(chance: float) -> float:
        if stats.chi2.cdf(value / unit, 3) <= chance:
            return 0.0
        return float(optimize.brentq(lambda nc: stats.ncx2.cdf(value / unit, 3, nc) - chance, 1e-9, 2e3)) * unit

    assert (found.low, found.high) == pytest.approx((bound(0.975), bound(0.025)), rel=1e-5, abs=1e-9)
    assert found.p_watch == pytest.approx(stats.ncx2.sf(value / unit, 3, 0.1 / unit), abs=1e-9)
    assert found.p_alert == pytest.approx(stats.ncx2.sf(value / unit, 3, 0.25 / unit), abs=1e-9)
    assert found.above_chance == pytest.approx(max(0.0, value - 3 * unit))


@pytest.mark.parametrize("now", [WAS, [0.35, 0.3, 0.2, 0.15], [0.25, 0.3, 0.2, 0.25]], ids=["equal", "near", "far"])
@pytest.mark.parametrize("size", [200, 5_000])
def test_the_interval_covers_the_populations_psi(now: list[float], size: int) -> None:
    true = float(((np.array(now) - WAS) * np.log(np.array(now) / WAS)).sum())
    draw = np.random.default_rng(3)
    samples = zip(draw.multinomial(3_000, WAS, 600), draw.multinomial(size, now, 600), strict=True)
    found = [evidence(psi(a, b), 4, (3_000.0, float(size)), LIMITS) for a, b in samples]
    assert sum(one.low <= true <= one.high for one in found) / 600 >= 0.925  # 0.95 less three standard errors


def test_a_huge_night_is_stable_where_the_difference_does_not_count() -> None:
    night = evidence(0.05, 10, (4e6, 1e6), LIMITS)  # a χ² of 40,000, which no test of equality survives
    assert verdicts([night], 0.01)[0] == ("stable", 1.0)
    assert night.low == pytest.approx(0.05, abs=0.001)


def test_a_small_hour_alarms_only_where_its_mails_suffice() -> None:
    sizes = (5_000.0, 40.0)
    found = verdicts([evidence(value, 5, sizes, LIMITS) for value in (0.3, 2.0)], 0.01)
    assert [status for status, _ in found] == ["stable", "alert"]


def test_one_of_many_comparisons_must_be_surer_than_one_alone() -> None:
    moved = Evidence(0.3, 0.1, 0.5, 0.004, 0.2)
    usual = Evidence(0.0, 0.0, 0.1, 0.9, 1.0)
    assert verdicts([moved], 0.01) == [("watch", 0.004)]
    status, p = verdicts([moved, *[usual] * 9], 0.01)[0]
    assert status == "stable" and p == pytest.approx(0.04)
    assert verdicts([], 0.01) == []


def test_simes() -> None:
    assert simes(np.array([0.01, 0.04, 0.5])) == pytest.approx(0.03)
    assert simes(np.array([0.9, 0.8])) == pytest.approx(0.9)
    assert simes(np.array([])) == 1.0


EFFECTIVE = {
    "independent mails": (1_000, 1.0, 500.0, 1, 1_000.0),
    "as large as usual": (500, 2.0, 500.0, 1, 250.0),
    # ρ = 1/499, so that no run is worth more than 499 mails
    "a huge run": (10**9, 2.0, 500.0, 1, 499.0),
    "five usual runs": (2_500, 2.0, 500.0, 5, 1_250.0),
    "of unknown size": (300, 1.5, None, 1, 200.0),
}


@pytest.mark.parametrize(("size", "dispersion", "usual", "runs", "expected"), EFFECTIVE.values(), ids=EFFECTIVE)
def test_effective_size(size: float, dispersion: float, usual: float | None, runs: int, expected: float) -> None:
    assert effective_size(size, dispersion, usual, runs) == pytest.approx(expected, rel=1e-3)


def _runs(correlation: float, runs: int = 40, mails: int = 400) -> list[Profile]:
    """Runs whose shares vary by a Dirichlet distribution; the variance is 1 + (mails − 1) · correlation times."""
    draw = np.random.default_rng(11)
    strength = (1 - correlation) / correlation if correlation else 1e9
    shares = draw.dirichlet(WAS * strength, runs)
    counts = (dict(zip("abcd", draw.multinomial(mails, p).tolist(), strict=True)) for p in shares)
    return [Profile({RUN: Slice(mails, 0, {"queue": Counts.of(c)})}) for c in counts]


@pytest.mark.parametrize(("correlation", "expected"), [(0.0, 1.0), (1 / 399, 2.0), (5 / 399, 6.0)])
def test_dispersion_of_runs(correlation: float, expected: float) -> None:
    assert dispersions(_runs(correlation))["queue"] == pytest.approx(expected, rel=0.35)


def test_dispersion_needs_five_runs_and_ignores_a_disturbed_one() -> None:
    runs = _runs(0.0, 9)
    assert dispersions(runs[:4]) == {}
    disturbed = Profile({RUN: Slice(400, 0, {"queue": Counts.of({"d": 400})})})
    assert dispersions([*runs, disturbed])["queue"] < 3.5
    assert pearson_dispersion(np.array([[4.0, 0.0]] * 6)) is None


def test_rare_values_are_pooled_and_a_frequent_new_one_is_not() -> None:
    was, now = pooled({"a": 900, "b": 90, "c": 6, "d": 4}, {"a": 80, "b": 10, "new": 10, "e": 1})
    assert was == {"a": 900, "b": 90, "other": 10}
    assert now == {"a": 80, "b": 10, "new": 10, "other": 1}


def test_numbers_are_binned_at_the_references_deciles() -> None:
    was = Numbers.of(range(1, 101))
    edges = quantile_edges(was, 1_000)
    assert edges == [11, 21, 31, 41, 51, 61, 71, 81, 91]
    assert quantile_edges(was, 12) == [51], "six numbers a bin, where ten bins would hold one"
    found = binned(Numbers.of([5, 10, 95, float("nan")]), edges)
    assert found["up to 11"] == 2 and found["over 91"] == 1 and found["missing"] == 1
    assert bin_names([0.25, 120.0]) == ["up to 0.25", "0.25 to 120", "over 120"]


def test_the_strongest_of_many_values_has_a_wider_interval() -> None:
    one = Presences(("a",), np.array([20.0]), np.array([90.0]), np.array([0.3]))
    many = Presences(
        tuple(f"v{i}" for i in range(200)), np.full(200, 20.0), np.full(200, 20.0), np.array([0.3] + [0.0] * 199)
    )
    alone, chosen = (evidence_of(found, (1_000.0, 1_000.0), LIMITS) for found in (one, many))
    assert chosen.low < alone.low < 0.3 < alone.high < chosen.high
    assert chosen.p_watch == pytest.approx(200 * alone.p_watch)
