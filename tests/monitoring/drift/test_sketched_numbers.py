"""Numbers of runs of any size: the interval holds the population's PSI, although the numbers come from sketches."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from triage.monitoring.drift.comparison import compare_feature
from triage.monitoring.drift.statistics.verdict import Evidence, Limits, sketched_size
from triage.monitoring.profiles.distributions import Numbers
from triage.monitoring.profiles.profile import Slice

DECILES = norm.ppf(np.arange(11) / 10)


def population_psi(shift: float) -> float:
    """Of N(0, 1) and N(shift, 1), over the deciles of the first."""
    shares = np.diff(norm.cdf(DECILES - shift))
    return float(((shares - 0.1) * np.log(shares / 0.1)).sum()) if shift else 0.0


def found(shift: float, size: int, times: int) -> list[Evidence]:
    """The evidence of pairs of samples."""
    draw = np.random.default_rng(4)
    compared = []
    for _ in range(times):
        was, now = (Slice(size, 0, {"words": Numbers.of(draw.normal(mean, 1, size))}) for mean in (0.0, shift))
        compared.append(compare_feature("words", was, now, (float(size), float(size)), Limits(0.1, 0.25)))
    return [one.evidence for one in compared if one]


@pytest.mark.parametrize(
    ("shift", "size", "times"),
    [
        (0.25, 600, 80),
        (0.25, 50_000, 20),
        *(pytest.param(shift, 1_000_000, 15, marks=pytest.mark.slow) for shift in (0.0, 0.02, 0.25)),
    ],
)
def test_the_interval_covers_the_populations_psi_of_numbers(shift: float, size: int, times: int) -> None:
    true = population_psi(shift)
    assert sum(one.low <= true <= one.high for one in found(shift, size, times)) / times >= 0.9


def test_a_sketch_that_keeps_every_number_is_worth_all_of_them() -> None:
    assert sketched_size(150.0, Numbers.of(np.arange(150.0)).sketch, 10) == 150.0


def test_a_sketch_is_worth_no_more_than_its_error_allows() -> None:
    sketch = Numbers.of(np.arange(10_000.0)).sketch
    # 1.6516 % is the error of k = 200 (datasketches), 3.2905 the normal quantile of 1 - 0.01 / 2 / 10.
    most = 0.1 * 0.9 / (0.016516 / 3.2905) ** 2
    assert sketched_size(1e12, sketch, 10) == pytest.approx(most, rel=1e-3)
    assert sketched_size(most, sketch, 10) == pytest.approx(most / 2, rel=1e-3)
