"""Distances between two histograms over the same bins, and the bins of numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

PSEUDO_COUNT = 0.5
"""Added to each bin, so that an empty bin has a finite share: Jeffreys' prior of a multinomial
(Krichevsky & Trofimov, The performance of universal encoding, 1981)."""

CONFIDENCE = 0.99
"""Share of samples of one population whose PSI stays below `critical_psi`."""

BINS = 10
"""Bins of a number, at the baseline's deciles."""

_SEPARATOR = " to "


def psi(expected: Mapping[str, int], actual: Mapping[str, int]) -> float:
    """Population stability index, Σ (a − e) · ln(a / e) over the shares of each bin; 0 where they are equal.

    After Siddiqi, Credit Risk Scorecards (2006). A bin that only one histogram has counts 0 in the other.
    Raises ValueError when either is empty.
    """
    was, now = _shares(expected, actual, PSEUDO_COUNT)
    return math.fsum((a - e) * math.log(a / e) for e, a in zip(was, now, strict=True))


def jensen_shannon(expected: Mapping[str, int], actual: Mapping[str, int]) -> float:
    """Jensen-Shannon distance to base 2: 0 where the shares are equal, 1 where no bin is shared.

    The square root of the divergence, which is a metric (Endres & Schindelin, 2003). Not smoothed.
    Raises ValueError when either is empty.
    """
    was, now = _shares(expected, actual, 0.0)
    from scipy.spatial.distance import jensenshannon  # slow to import, and only runs with a baseline need it

    distance = float(jensenshannon(was, now, base=2))
    return min(1.0, max(0.0, distance)) if math.isfinite(distance) else 0.0


def critical_psi(expected: Mapping[str, int], actual: Mapping[str, int]) -> float:
    """The PSI that two samples of one population, of these sizes, exceed in one of 100 cases.

    PSI is approximately (1/n + 1/m) · χ², with one degree of freedom less than there are bins
    (Yurdakul, Statistical Properties of Population Stability Index, 2018).
    """
    bins = sum(1 for b in expected.keys() | actual.keys() if expected.get(b, 0) + actual.get(b, 0))
    sizes = 1 / sum(expected.values()) + 1 / sum(actual.values())
    from scipy.stats import chi2

    return sizes * float(chi2.ppf(CONFIDENCE, bins - 1)) if bins > 1 else 0.0


def rounded_edges(quantiles: Sequence[float]) -> list[float]:
    """Inner edges from quantiles: rounded to six digits for people who read them, without duplicates."""
    return sorted({float(f"{q:.6g}") for q in quantiles})


def bin_names(edges: Sequence[float]) -> list[str]:
    """Names of the bins around the edges; a bin includes its upper edge.

    `parse_edges` reads the edges from the names.
    """
    if not edges:
        return ["all"]
    texts = [f"{edge:.6g}" for edge in edges]
    inner = [f"{low}{_SEPARATOR}{high}" for low, high in pairwise(texts)]
    return [f"up to {texts[0]}", *inner, f"over {texts[-1]}"]


def parse_edges(names: Sequence[str]) -> list[float]:
    """The edges in the names that `bin_names` gave."""
    ends = [name.split(_SEPARATOR)[-1] for name in names if not name.startswith("over ") and name != "all"]
    return sorted(float(end) for end in ends)


def _shares(
    expected: Mapping[str, int], actual: Mapping[str, int], pseudo_count: float
) -> tuple[list[float], list[float]]:
    if sum(expected.values()) <= 0 or sum(actual.values()) <= 0:
        raise ValueError("a histogram is empty")
    bins = sorted(expected.keys() | actual.keys())
    was, now = ([h.get(b, 0) + pseudo_count for b in bins] for h in (expected, actual))
    return [v / sum(was) for v in was], [v / sum(now) for v in now]
