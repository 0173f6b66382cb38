"""What is usual for a share or a figure, from earlier runs, and the interval outside of which a run differs from it.

A run differs where `usual` lies outside [low, high]. So an alert rule compares these two and needs no sizes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_FEWEST_TO_TRIM = 4
_MOST_DEVIATIONS = 5.0
_MEDIAN_CHI2 = 0.4549
"""Median of the χ² distribution with one degree of freedom."""

MAD_TO_DEVIATION = 1.4826
"""The median absolute deviation of normal values, times this, is their standard deviation (Rousseeuw & Croux 1993)."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What `value` is compared with, and the interval of the run's own value; `usual` is None where nothing is."""

    usual: float | None
    low: float
    high: float


def usual_share(hits: float, mails: float, past: Sequence[tuple[float, float]], confidence: float) -> Usual:
    """A share of `mails` beside the shares of earlier runs, as pairs of hits and mails; at least one mail.

    The interval is that of fewer mails than there are, for three reasons: shares of undisturbed runs vary more than by
    chance (quasi-binomial dispersion, McCullagh & Nelder 1989, section 4.5); what is usual is itself only known from
    so many mails; and the dispersion only from so many runs, hence the tail of Student's distribution. What never
    occurred is usual at half an occurrence, since it is not known to be impossible (Jeffreys' prior). Runs far from the
    others are left out (`undisturbed`): one faulty night would hide the next one.
    """
    past = undisturbed(past)
    all_mails = sum(count for _, count in past)
    tail = (1 - confidence) / 2
    if not all_mails:
        return Usual(None, *exact_interval(hits, mails, tail))
    usual = (sum(count for count, _ in past) + 0.5) / (all_mails + 1)
    share = 1 / (1 + mails / all_mails) / _dispersion(past, usual)
    return Usual(usual, *exact_interval(hits * share, mails * share, _student_tail(tail, len(past) - 1)))


def undisturbed(past: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The runs whose share lies within five robust deviations of the median share, at least half of all.

    The deviation is that of chance, widened by how far apart runs usually are: the median of squared standard scores,
    which for chance alone is that of χ² with one degree of freedom. So runs that vary a lot are all kept, and of those
    that agree the odd one goes. Fewer than four runs are kept as they are.
    """
    runs = [(hits, mails) for hits, mails in past if mails]
    if len(runs) < _FEWEST_TO_TRIM:
        return runs
    middle = median(hits / mails for hits, mails in runs)
    scores = [_squared_score(hits, mails, middle) for hits, mails in runs]
    limit = _MOST_DEVIATIONS**2 * max(1.0, median(scores) / _MEDIAN_CHI2)
    return [run for run, score in zip(runs, scores, strict=True) if score <= limit]


def _squared_score(hits: float, mails: float, share: float) -> float:
    """Squared distance from a share in standard deviations of chance; a share of 0 or 1 has half a mail of doubt."""
    smoothed = (share * mails + 0.5) / (mails + 1)
    return float((hits - mails * share) ** 2 / (mails * smoothed * (1 - smoothed)))


def usual_figure(value: float, past: Sequence[float], least_spread: float, confidence: float) -> Usual:
    """A figure beside those of earlier runs: their median, and the figure with their spread to both sides.

    `least_spread` is a standard deviation in the figure's unit: that of chance, where earlier runs happen to agree.
    """
    if not past:
        return Usual(None, value, value)
    spread = max(deviation(past), least_spread)
    half = spread * math.sqrt(1 + 1 / len(past)) * student((1 - confidence) / 2, len(past) - 1)
    return Usual(median(past), value - half, value + half)


def deviation(values: Sequence[float]) -> float:
    """Standard deviation around the median, which a few odd values do not widen without bound."""
    middle = median(values)
    return spread_of([abs(value - middle) for value in values])


def spread_of(apart: Sequence[float], least: float = 0.0) -> float:
    """Standard deviation from distances to a median, at least `least`; 0 where most are 0 and `least` is, too.

    The median absolute deviation alone is too narrow for figures with heavy tails. So distances count by their squares,
    but none as more than five deviations by the median (winsorized).
    """
    by_median = max(MAD_TO_DEVIATION * median(apart), least) if apart else least
    if not by_median:
        return 0.0
    return max(by_median, math.sqrt(sum(min(one, 5 * by_median) ** 2 for one in apart) / max(1, len(apart))))


def exact_interval(hits: float, mails: float, tail: float) -> tuple[float, float]:
    """Interval of a share with this chance beyond each end (Clopper & Pearson 1934); counts need not be whole.

    Most shares of quality lie near 0 or 1, where Wilson's interval holds the true share less often than it says.
    """
    from scipy.special import betaincinv

    low = betaincinv(hits, mails - hits + 1, tail) if hits > 0 else 0.0
    high = 1 - betaincinv(mails - hits, hits + 1, tail) if hits < mails else 1.0
    return float(low), float(high)


def student(tail: float, freedom: int) -> float:
    """Deviations beyond which `tail` of Student's distribution lies; with at least one degree of freedom."""
    from scipy.special import stdtrit

    return -float(stdtrit(max(1, freedom), tail))


def _dispersion(past: Sequence[tuple[float, float]], usual: float) -> float:
    """Pearson's statistic of earlier runs by its degrees of freedom; at least 1, which is chance alone."""
    runs = [(hits, mails) for hits, mails in past if mails]
    chance = usual * (1 - usual)
    if len(runs) < 2 or not chance:
        return 1.0
    pearson = sum((hits - mails * usual) ** 2 / mails for hits, mails in runs) / chance
    return max(1.0, float(pearson / (len(runs) - 1)))


def _student_tail(tail: float, freedom: int) -> float:
    """Chance that a normal value lies beyond the place beyond which `tail` of Student's distribution lies."""
    from scipy.special import ndtr

    return max(1e-100, float(ndtr(-student(tail, freedom))))
