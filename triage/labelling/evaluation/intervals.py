"""Intervals around figures: Wilson's for shares, the percentile bootstrap for everything else.

`scipy.stats.bootstrap` is not used: it knows no groups (a cluster bootstrap draws whole threads, not rows), and it
draws rows, whose number grows, where counts of the few distinct cells say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.stats import binomtest

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.str_] | npt.NDArray[np.int64]
"""Names of groups: threads, days, senders."""

CONFIDENCE = 0.95
RESAMPLES = 1000
_BLOCK = 4_000_000
"""Counts held at a time, so that memory does not grow with the rows."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the bounds of its interval, of 95 % where nothing else is said."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def wilson(successes: int, trials: int) -> Interval:
    """A share with its score interval (Wilson 1927); without trials nothing is known: 0 in [0, 1]."""
    if trials == 0:
        return Interval(0.0, 0.0, 1.0)
    bounds = binomtest(successes, trials).proportion_ci(confidence_level=CONFIDENCE, method="wilson")
    return Interval(successes / trials, float(bounds.low), float(bounds.high))


def percentile_interval(value: float, resampled: Floats, confidence: float = CONFIDENCE) -> Interval:
    """The figure with the percentiles of its resamples (Efron 1979); those without a value (NaN) are left out."""
    known = resampled[~np.isnan(resampled)]
    if len(known) == 0:
        return Interval(value, 0.0, 1.0)
    low, high = np.quantile(known, [0.5 - confidence / 2, 0.5 + confidence / 2])
    return Interval(value, float(low), float(high))


def resampled_counts(
    cell: Ints, groups: Keys | None = None, *, resamples: int = RESAMPLES, seed: int = 0
) -> Iterator[Floats]:
    """How often each cell occurs in each bootstrap sample, as blocks of samples × cells.

    `cell` [n] numbers the cell of each row from 0. `groups` [n] draws whole groups instead of rows.
    """
    # The counts of n draws with replacement follow a multinomial law with the cells' shares, and a figure depends on a
    # sample only through these counts: so drawing counts has the distribution of drawing rows. Rows of a thread
    # resemble
    # each other; drawn one by one they would count as independent and make the interval too narrow.
    random = np.random.default_rng(seed)
    table = None if groups is None else _crosstab(cell, groups)
    size = np.bincount(cell) if table is None else np.ones(table.shape[0])
    total = int(size.sum())
    block = max(1, _BLOCK // max(len(size), int(cell.max()) + 1))
    for start in range(0, resamples, block):
        drawn = random.multinomial(total, size / total, size=min(block, resamples - start)).astype(np.float64)
        yield drawn if table is None else np.asarray(drawn @ table)


def _crosstab(cell: Ints, groups: Keys) -> csr_matrix:
    """Rows of each group in each cell."""
    names, group = np.unique(groups, return_inverse=True)
    shape = (len(names), int(cell.max()) + 1)
    return csr_matrix((np.ones(len(cell)), (group, cell)), shape=shape)
