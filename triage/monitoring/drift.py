"""Distances between two histograms over the same bins, and the bins of numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

PSEUDO_COUNT = 0.5
"""Added to each bin, so that an empty bin has a finite share: Jeffreys' prior of a multinomial
(Krichevsky & Trofimov, The performance of universal encoding, 1981)."""

CHANCE = 0.99
"""Share of equal samples whose PSI stays below `chance_psi`."""

BINS = 10
"""Bins of a number, at the baseline's deciles."""

_SEPARATOR = " to "


def psi(expected: Mapping[str, int], actual: Mapping[str, int]) -> float:
    """Population stability index, Σ (a − e) · ln(a / e) over the shares of each bin; 0 where they are equal.

    After Siddiqi, Credit Risk Scorecards (2006). A bin that only one histogram holds counts 0 in the other.
    Raises ValueError when either holds no count.
    """
    was, now = _shares(expected, actual, PSEUDO_COUNT)
    return math.fsum((a - e) * math.log(a / e) for e, a in zip(was, now, strict=True))


def jensen_shannon(expected: Mapping[str, int], actual: Mapping[str, int]) -> float:
    """Jensen-Shannon distance to base 2: 0 where the shares are equal, 1 where no bin is shared.

    The square root of the divergence, which is a metric (Endres & Schindelin, 2003). Not smoothed.
    Raises ValueError when either holds no count.
    """
    was, now = _shares(expected, actual, 0.0)
    from scipy.spatial.distance import jensenshannon  # two seconds, in runs that have something to compare

    distance = float(jensenshannon(was, now, base=2))
    return min(1.0, max(0.0, distance)) if math.isfinite(distance) else 0.0


def chance_psi(expected: Mapping[str, int], actual: Mapping[str, int]) -> float:
    """The PSI that two samples of one population of these sizes stay below, 99 times of 100.

    PSI is near (1/n + 1/m) · χ² with one degree of freedom less than there are bins
    (Yurdakul, Statistical Properties of Population Stability Index, 2018).
    """
    bins = sum(1 for b in expected.keys() | actual.keys() if expected.get(b, 0) + actual.get(b, 0))
    sizes = 1 / sum(expected.values()) + 1 / sum(actual.values())
    from scipy.stats import chi2

    return sizes * float(chi2.ppf(CHANCE, bins - 1)) if bins > 1 else 0.0


def edges_of(quantiles: Sequence[float]) -> list[float]:
    """Inner edges from quantiles: rounded to six digits, so that they can be read, and each once."""
    return sorted({float(f"{q:.6g}") for q in quantiles})


def bin_names(edges: Sequence[float]) -> list[str]:
    """Names of the bins around the edges; each bin holds its upper edge. The names carry the edges."""
    if not edges:
        return ["all"]
    texts = [f"{edge:.6g}" for edge in edges]
    inner = [f"{low}{_SEPARATOR}{high}" for low, high in pairwise(texts)]
    return [f"up to {texts[0]}", *inner, f"over {texts[-1]}"]


def edges_from(names: Sequence[str]) -> list[float]:
    """The edges that `bin_names` wrote into these names."""
    ends = [name.split(_SEPARATOR)[-1] for name in names if not name.startswith("over ") and name != "all"]
    return sorted(float(end) for end in ends)


def _shares(
    expected: Mapping[str, int], actual: Mapping[str, int], pseudo_count: float
) -> tuple[list[float], list[float]]:
    if sum(expected.values()) <= 0 or sum(actual.values()) <= 0:
        raise ValueError("a histogram holds no counts")
    bins = sorted(expected.keys() | actual.keys())
    was, now = ([h.get(b, 0) + pseudo_count for b in bins] for h in (expected, actual))
    return [v / sum(was) for v in was], [v / sum(now) for v in now]
