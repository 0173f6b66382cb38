"""Caps: no sender, campaign or person owns a training set or a label of it.

Method. First, near-duplicates with one label count once together: each weight is multiplied by the largest of its group
over the group's sum. Then groups of each kind are capped by water-filling, as in max-min fairness (Bertsekas & Gallager
1992, 6.5.2): the level L is the largest for which no group's weight, clipped at L, exceeds its share of the sum of
clipped weights. With the groups in order of weight and the k heaviest clipped, L = share * rest / (1 - share * k). A
share below 1 / groups cannot be met, so that a share below 2 / (groups + 1) becomes that: of two people, each may have
two thirds. L is at least the share of `small_weight`, so that a few corrections are not capped. A group's weights are
scaled alike.

Kinds overlap (a mail has a sender, a campaign and a person). Each kind is capped by itself, from the same weights, over
all rows and within each label, and a row gets the smallest of its factors. So no group weighs more than its level. Caps
on what other caps left, in turn until nothing changes, were tried: each lowers the whole that the next takes a share
of, and honest months lost most of their weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NO_GROUP = -1
"""Of a row whose sender or thread is not known: it is not capped."""


@dataclass(frozen=True, slots=True)
class Cap:
    """Group number of each row (NO_GROUP: none), and the share that a group may have."""

    of: Ints
    share: float


def once_a_group(weights: Floats, groups: Ints) -> Floats:
    """The weights, scaled so that each group sums to its largest weight."""
    if not len(weights):
        return weights
    places = np.unique(groups, return_inverse=True)[1]
    sums = np.bincount(places, weights=weights)
    most = np.zeros(len(sums))
    np.maximum.at(most, places, weights)
    return np.asarray(weights * (most / np.where(sums > 0, sums, 1.0))[places])


def capped(weights: Floats, caps: Sequence[Cap], labels: Ints, label_share: float, small: float) -> Floats:
    """Weights under all caps, over all rows and, with `label_share`, within each label."""
    factors = np.ones(len(weights))
    for cap in caps:
        factors = np.minimum(factors, _factors(weights, cap.of, cap.share, small))
        for label in np.unique(labels):
            rows = np.flatnonzero(labels == label)
            factors[rows] = np.minimum(factors[rows], _factors(weights[rows], cap.of[rows], label_share, small))
    return np.asarray(weights * factors)


def _factors(weights: Floats, groups: Ints, share: float, small: float) -> Floats:
    found, grouped = np.ones(len(weights)), (groups != NO_GROUP) & (weights > 0)
    if grouped.any():
        places = np.unique(groups[grouped], return_inverse=True)[1]
        sums = np.bincount(places, weights=weights[grouped]).astype(np.float64)
        share = max(share, 2 / (len(sums) + 1))
        top = max(level(sums, share, float(weights[~grouped].sum())), share * small)
        found[grouped] = np.minimum(1.0, top / sums)[places]
    return found


def level(sums: Floats, share: float, others: float = 0.0) -> float:
    """The water level: the largest weight that a group may have; `others` is weight of rows without a group.

    Infinite where no group exceeds its share.
    """
    order = np.sort(sums)[::-1]
    rest = float(order.sum()) + others
    if not len(order) or order[0] <= share * rest:
        return float("inf")
    for clipped, heaviest in enumerate(order, start=1):
        rest -= float(heaviest)
        if share * clipped >= 1:
            return float(order[-1])
        found = share * rest / (1 - share * clipped)
        if clipped == len(order) or order[clipped] <= found:
            return found
    return float(order[-1])
