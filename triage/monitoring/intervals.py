"""Intervals of shares and means at any confidence, without scipy: a run with nothing new must start fast."""

from __future__ import annotations

import math
from statistics import NormalDist

Bounds = tuple[float, float]
"""Lower and upper bound."""


def z_of(confidence: float) -> float:
    """Half-width, in standard errors, of a two-sided interval of a normal law."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def corrected(confidence: float, comparisons: int) -> float:
    """The confidence of each of several intervals that together hold with `confidence` (Bonferroni)."""
    return 1 - (1 - confidence) / max(1, comparisons)


def wilson(successes: float, trials: int, confidence: float) -> Bounds:
    """Bounds of a share (score interval, Wilson 1927); (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    z, share = z_of(confidence), successes / trials
    middle = share + z**2 / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    scale = 1 + z**2 / trials
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def difference(one: Bounds, one_share: float, other: Bounds, other_share: float) -> Bounds:
    """Bounds of `one_share` less `other_share` from the bounds of each (Newcombe 1998, method 10)."""
    gap = one_share - other_share
    low = gap - math.hypot(one_share - one[0], other[1] - other_share)
    high = gap + math.hypot(one[1] - one_share, other_share - other[0])
    return low, high
