"""Caps: no sender, campaign or person owns a training set or a label of it.

Method. First, near-duplicates with one label count once together: each weight is multiplied by the largest of its group
over the group's sum. Then groups of each kind are capped by water-filling, as in max-min fairness (Bertsekas & Gallager
1992, 6.5.2): the level L is the largest for which no group's weight, clipped at L, exceeds its share of the sum of
clipped weights. With the groups in order of weight and the k heaviest clipped, L = share * rest / (1 - share * k). A
share below 1 / groups cannot be met, so that a share below 2 / (groups + 1) becomes that: of two people, each may have
two thirds. L is at least the share of `small_weight`, so that a few corrections are not capped. A group's weights are
scaled alike.

A cap on people sets in with their number: to cap the one who corrects to a share of what a second person did in passing
would throw a small company's work away. A person counts up to 1, by the weight that the cap leaves anybody (share of
`small_weight`). Up to half of 1 / share people, nothing is taken off; from 1 / share on, all that is above the level;
between, a part that rises evenly. Within a label the two parts are multiplied: over all rows, and of the label's own.

Kinds overlap (a mail has a sender, a campaign and a person). Each kind is capped by itself, from the same weights, over
all rows and within each label, and a row gets the smallest of its factors. So no group weighs more than its level. Caps
on what other caps left, in turn until nothing changes, were tried: each lowers the whole that the next takes a share
of, and honest months lost most of their weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    gradual: bool = False
    """Whether it sets in with the number of groups, as of people."""


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
        own, part = _factors(weights, cap, cap.share, small)
        factors = np.minimum(factors, 1 - part * (1 - own))
        for label in np.unique(labels):
            rows = np.flatnonzero(labels == label)
            own, of_label = _factors(weights[rows], replace(cap, of=cap.of[rows]), label_share, small)
            factors[rows] = np.minimum(factors[rows], 1 - part * of_label * (1 - own))
    return np.asarray(weights * factors)


def _factors(weights: Floats, cap: Cap, share: float, small: float) -> tuple[Floats, float]:
    """The factor of each row under the whole cap, and the part of the cap that has set in."""
    found, grouped = np.ones(len(weights)), (cap.of != NO_GROUP) & (weights > 0)
    if not grouped.any():
        return found, 1.0
    places = np.unique(cap.of[grouped], return_inverse=True)[1]
    sums = np.bincount(places, weights=weights[grouped]).astype(np.float64)
    fair = max(share, 2 / (len(sums) + 1))
    top = max(level(sums, fair, float(weights[~grouped].sum())), fair * small)
    found[grouped] = np.minimum(1.0, top / sums)[places]
    return found, _set_in(sums, share, share * small) if cap.gradual else 1.0


def _set_in(sums: Floats, share: float, whole: float) -> float:
    """0 up to half of 1 / share groups, 1 from 1 / share on; a group of at least the weight `whole` is one."""
    count = float(np.minimum(1.0, sums / whole).sum()) if whole else float(len(sums))
    return min(1.0, max(0.0, 2 * count * share - 1))


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
