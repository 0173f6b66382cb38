"""Measures of the difference between two distributions: of counts over the same bins, and of numbers.

Numbers come as an array or as the quantile sketch of a profile, whose retained items count with their weights; of a
sketch of few numbers, or of an array, the measures are exact, else off by the sketch's rank error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from triage.monitoring.profiles.distributions import Numbers

Floats = npt.NDArray[np.float64]

PSEUDO_COUNT = 0.5
"""Added to each bin, so that an empty bin has a finite share: Jeffreys' prior of a multinomial
(Krichevsky & Trofimov, The performance of universal encoding, 1981)."""


def aligned(was: Mapping[str, float], now: Mapping[str, float]) -> tuple[list[str], Floats, Floats]:
    """The values that either has, sorted, and the counts of both in that order."""
    values = sorted(was.keys() | now.keys())
    return values, _counts(was, values), _counts(now, values)


def psi(was: npt.ArrayLike, now: npt.ArrayLike, pseudo_count: float = PSEUDO_COUNT) -> float:
    """Population stability index of counts over the same bins, Σ (a − e) · ln(a / e) over the shares; 0 where equal.

    After Siddiqi, Credit Risk Scorecards (2006). Without a pseudo count an empty bin makes it infinite. Raises
    ValueError where either is empty.
    """
    expected, actual = (_shares(np.asarray(c, float) + pseudo_count * _any(c)) for c in (was, now))
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(actual == expected, 0.0, (actual - expected) * np.log(actual / expected))
    return max(0.0, math.fsum(terms))


def jensen_shannon(was: npt.ArrayLike, now: npt.ArrayLike) -> float:
    """Jensen-Shannon distance to base 2: 0 where the shares are equal, 1 where no bin is shared.

    The square root of the divergence, which is a metric (Endres & Schindelin, 2003). Not smoothed. Raises ValueError
    where either is empty.
    """
    from scipy.spatial.distance import jensenshannon

    distance = float(jensenshannon(_shares(was), _shares(now), base=2))
    return min(1.0, max(0.0, distance)) if math.isfinite(distance) else 0.0


def chi_squared(was: npt.ArrayLike, now: npt.ArrayLike) -> float:
    """Pearson's statistic of homogeneity of two samples, with one degree of freedom less than there are filled bins.

    Raises ValueError where either is empty.
    """
    expected, actual = np.asarray(was, float), np.asarray(now, float)
    shares = _shares(expected + actual)
    filled = shares > 0
    parts = ((c - shares * c.sum())[filled] ** 2 / (shares * _filled(c).sum())[filled] for c in (expected, actual))
    return float(sum(part.sum() for part in parts))


def kolmogorov_smirnov(was: Numbers | npt.ArrayLike, now: Numbers | npt.ArrayLike) -> float:
    """The greatest difference of the two distribution functions, 0 to 1. Raises ValueError where either is empty."""
    (one, weights), (other, other_weights) = _weighted(was), _weighted(now)
    points = np.concatenate([one, other])
    return float(np.abs(_at_most(one, weights, points) - _at_most(other, other_weights, points)).max())


def wasserstein(was: Numbers | npt.ArrayLike, now: Numbers | npt.ArrayLike) -> float:
    """Earth mover's distance in the numbers' own unit. Raises ValueError where either is empty."""
    from scipy.stats import wasserstein_distance

    (one, weights), (other, other_weights) = _weighted(was), _weighted(now)
    return float(wasserstein_distance(one, other, weights, other_weights))


def unseen_share(was: Mapping[str, float], now: Mapping[str, float]) -> float:
    """Share of the values now that `was` does not have, 0 to 1; 0 where there are none now."""
    total = sum(now.values())
    return sum(count for value, count in now.items() if not was.get(value)) / total if total else 0.0


def _counts(counts: Mapping[str, float], values: list[str]) -> Floats:
    return np.array([counts.get(value, 0) for value in values], float)


def _any(counts: npt.ArrayLike) -> float:
    """1, so that nothing is added to what is empty, and `_shares` sees it."""
    return float(np.asarray(counts, float).sum() > 0)


def _filled(counts: Floats) -> Floats:
    if counts.size == 0 or counts.sum() <= 0:
        raise ValueError("a distribution is empty")
    return counts


def _shares(counts: npt.ArrayLike) -> Floats:
    filled = _filled(np.asarray(counts, float))
    return np.asarray(filled / filled.sum(), float)


def _weighted(numbers: Numbers | npt.ArrayLike) -> tuple[Floats, Floats]:
    """Sorted numbers and their weights."""
    if isinstance(numbers, Numbers):
        items = np.array(list(numbers.sketch) if numbers.total else [], float).reshape(-1, 2)
        found, weights = items[:, 0], items[:, 1]
    else:
        found = np.asarray(numbers, float)
        weights = np.ones_like(found)
    order = np.argsort(found, kind="stable")
    _filled(weights)
    return found[order], weights[order]


def _at_most(numbers: Floats, weights: Floats, points: Floats) -> Floats:
    """The distribution function of sorted numbers at the points."""
    sums = np.concatenate([[0.0], np.cumsum(weights)])
    return np.asarray(sums[np.searchsorted(numbers, points, side="right")] / sums[-1], float)
