"""A change-point test over runs: the self-starting CUSUM of Hawkins (1987), for figures that stand on unequal numbers.

`river`'s Page-Hinkley was not taken: its threshold is in units of the figure, so its rate of false alarms depends on
how much the figure varies, which nobody knows beforehand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

SLACK = 0.5
"""Half of the change, in standard deviations, that is found soonest."""

MOST = 4.0
"""Deviations that one run may add: a single odd run is no change (Lucas & Crosier 1982)."""

ENOUGH_MAILS = 500.0
"""Mails of a run beyond which days differ more than samples do, so that more mails make a figure no more certain."""

_FLOOR = 1e-4
"""Least standard deviation of a run's figure: figures that never varied would make any change infinitely large."""


def rise(values: Sequence[float], mails: Sequence[int]) -> float:
    """How far values, the oldest first, have risen at the last of them, in standard deviations; 0 where they have not.

    Of a fall it is the rise of the negated values. Without a change it is above 7 in fewer than one of 1,000 runs.
    """
    total = 0.0
    for deviation in deviations(values, mails):
        total = max(0.0, total + min(deviation, MOST) - SLACK)
    return total


def deviations(values: Sequence[float], mails: Sequence[int]) -> Iterator[float]:
    """Each value from the third on as a standard normal deviate, given those before it.

    Where nothing changes and figures are normal, with variances in inverse proportion to their weights, the deviates
    are independent and exactly standard normal, although neither mean nor variance is known: the t statistic of a new
    value against all before it has a known law, and goes through its distribution function. So the rate of false
    alarms does not depend on the figure.
    """
    from scipy.special import ndtri, stdtr

    weights = [count / (1 + count / ENOUGH_MAILS) for count in mails]
    mean, squares, weight = 0.0, 0.0, 0.0
    for number, (value, own) in enumerate(zip(values, weights, strict=True)):
        if number >= 2:
            spread = max(math.sqrt(squares / (number - 1)), _FLOOR * math.sqrt(own))
            statistic = (value - mean) / (spread * math.sqrt(1 / own + 1 / weight))
            # one side of the law only: near 1 the distribution function has no digits left
            yield math.copysign(-float(ndtri(stdtr(number - 1, -abs(statistic)))), statistic)
        gap = value - mean
        squares += gap**2 * own * weight / (own + weight)
        weight += own
        mean += gap * own / weight
