"""Bins over which two distributions are compared: pooled categories, and numbers at the reference's deciles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from triage.monitoring.profiles.distributions import Numbers

OTHER = "other"
"""The bin of categories that are too rare to be compared one by one."""

FEWEST_EXPECTED = 5.0
"""Count that is expected in a bin at least, so that its χ² holds (Cochran, Some methods for strengthening the common
χ² tests, 1954)."""

MOST_BINS = 10
"""Bins of a number, at the reference's deciles, where both have enough numbers."""

MISSING = "missing"
"""The bin of rows without the number."""

Histogram = dict[str, int]


def pooled(was: Mapping[str, int], now: Mapping[str, int]) -> tuple[Histogram, Histogram]:
    """Both with the rare values in one bin, `other`.

    A value is rare where neither the run has `FEWEST_EXPECTED` of it nor, at the reference's share, should have: so one
    that is new and frequent keeps its bin, and is seen under its name.
    """
    scale = sum(now.values()) / max(1, sum(was.values()))
    rare = {v for v in was.keys() | now.keys() if max(now.get(v, 0), was.get(v, 0) * scale) < FEWEST_EXPECTED}
    return _with_other(was, rare), _with_other(now, rare)


def quantile_edges(numbers: Numbers, size: int) -> list[float]:
    """Inner edges at the deciles, or at fewer quantiles where a sample of `size` would leave bins too small."""
    bins = int(min(MOST_BINS, max(2, size // FEWEST_EXPECTED)))
    return rounded_edges(numbers.quantiles([i / bins for i in range(1, bins)]))


def binned(numbers: Numbers, edges: Sequence[float]) -> Histogram:
    """Counts between the edges, and of rows without the number."""
    counts = dict(zip(bin_names(edges), numbers.histogram(edges), strict=True))
    return counts | {MISSING: numbers.missing} if numbers.missing else counts


def rounded_edges(quantiles: Sequence[float]) -> list[float]:
    """Inner edges from quantiles: rounded to six digits for people who read them, without duplicates."""
    return sorted({float(f"{q:.6g}") for q in quantiles})


def bin_names(edges: Sequence[float]) -> list[str]:
    """Names of the bins around the edges; a bin includes its upper edge."""
    if not edges:
        return ["all"]
    texts = [f"{edge:.6g}" for edge in edges]
    inner = [f"{low} to {high}" for low, high in pairwise(texts)]
    return [f"up to {texts[0]}", *inner, f"over {texts[-1]}"]


def _with_other(counts: Mapping[str, int], rare: set[str]) -> Histogram:
    kept = {value: count for value, count in counts.items() if value not in rare}
    other = sum(count for value, count in counts.items() if value in rare)
    return kept | {OTHER: kept.get(OTHER, 0) + other} if other else kept
