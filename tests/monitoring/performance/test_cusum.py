"""The change-point test: its deviates, its rate of false alarms, and how soon it finds a change."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import kstest, norm, t

from triage.monitoring.performance.cusum import deviations, rise

Floats = npt.NDArray[np.float64]
LIMIT = 7.0


def test_a_deviate_is_that_of_the_t_statistic() -> None:
    values = [0.91, 0.90, 0.93, 0.92, 0.86]
    found = list(deviations(values, [500] * 5))
    for number in (2, 3, 4):
        before = np.array(values[:number])
        statistic = (values[number] - before.mean()) / (before.std(ddof=1) * np.sqrt(1 + 1 / number))
        assert found[number - 2] == pytest.approx(norm.ppf(t(number - 1).cdf(statistic)))


def test_deviates_of_an_undisturbed_figure_are_standard_normal() -> None:
    random = np.random.default_rng(3)
    found: list[float] = []
    for _ in range(100):
        mails = random.integers(100, 2_000, 30)
        spread = np.sqrt((1 + mails / 500) / mails)
        found += deviations((0.9 + 0.4 * spread * random.standard_normal(30)).tolist(), mails.tolist())
    assert kstest(found, "norm").pvalue > 0.01


@pytest.mark.slow
def test_a_false_alarm_is_rarer_than_one_in_a_thousand_runs() -> None:
    random = np.random.default_rng(4)
    alarms = 0
    for _ in range(6_000):
        mails = random.integers(100, 3_000, 35)
        shares = random.binomial(mails, 0.1) / mails
        alarms += rise(shares.tolist(), mails.tolist()) > LIMIT
    assert alarms <= 6


@pytest.mark.parametrize(("deviations_up", "runs"), [(3.0, 6), (6.0, 4)])
def test_a_change_that_stays_is_found(deviations_up: float, runs: int) -> None:
    random = np.random.default_rng(5)
    values = 0.1 + 0.01 * random.standard_normal(25 + runs)
    values[25:] += deviations_up * 0.01
    assert rise(values[:25].tolist(), [800] * 25) < LIMIT < rise(values.tolist(), [800] * (25 + runs))


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([0.1] * 20 + [0.9], id="one odd run"),
        pytest.param([0.1] * 20, id="never varied"),
        pytest.param([0.1 + 0.001 * (n % 3) for n in range(20)] + [0.05] * 5, id="a fall"),
        pytest.param([0.1, 0.2], id="two runs"),
    ],
)
def test_no_rise(values: list[float]) -> None:
    assert rise(values, [500] * len(values)) < LIMIT
