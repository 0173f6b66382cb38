"""The verdict on a difference: its size with an interval, and whether it counts given all comparisons with a reference.

Why neither a huge night nor a small hour alarms by its size. For two samples of sizes n and m over k bins,
X² = PSI / (1/n + 1/m) is approximately χ² with k − 1 degrees of freedom where the populations are equal (Yurdakul,
Statistical Properties of Population Stability Index, 2018), and noncentral χ² with λ = PSI of the populations /
(1/n + 1/m) where they differ: PSI is the symmetric Kullback-Leibler divergence, which equals Pearson's distance to the
second order. So the population's PSI has an interval, by inversion of the distribution in λ (Steiger, Beyond the F
test, 2004), and the hypothesis that is tested is not `no difference`, which a huge night always refutes, but `no
difference that counts`: the population's PSI is at most the limit. A small hour refutes it only where its mails alone
suffice.

Mails of one run are more alike than random ones (a thread, an outage, a weekday). The reference's dispersion says by
how much (quasi-likelihood: McCullagh & Nelder, Generalized Linear Models, 1989, 4.5); sizes are the effective ones that
`effective_size` gives. Numbers are counted in bins from sketches, whose error is of a known size however many numbers
there are: `sketched_size` adds it to that of sampling. Without it, the interval of a huge run would be far too narrow.
Many comparisons find much by chance: the share of false ones among those found is held at `drift.false_alarms` by
Benjamini & Hochberg (1995), which stays valid for positively dependent ones (2001): for each reference and for each
limit by itself, not for all references and both limits together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
from datasketches import kll_doubles_sketch

from triage.monitoring.record import Status

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limits:
    """PSI from which a difference counts, and from which it is an alert; `confidence` of the interval."""

    watch: float
    alert: float
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a comparison says of the populations' PSI: its best value, interval, and p-values of both limits."""

    above_chance: float
    low: float
    high: float
    p_watch: float
    p_alert: float


def evidence(psi: float, bins: int, sizes: tuple[float, float], limits: Limits) -> Evidence:
    """Of a PSI over `bins` bins between samples of these effective sizes. Of one bin nothing can differ."""
    if bins < 2:
        return Evidence(0.0, 0.0, 0.0, 1.0, 1.0)
    unit, degrees = 1 / sizes[0] + 1 / sizes[1], bins - 1
    tail = (1 - limits.confidence) / 2
    p_watch, p_alert = (float(p_values(np.array([psi]), unit, degrees, limit)[0]) for limit in _both(limits))
    low, high = (float(bounds(np.array([psi]), unit, degrees, p)[0]) for p in (1 - tail, tail))
    return Evidence(max(0.0, psi - degrees * unit), low, high, p_watch, p_alert)


def p_values(psi: Floats, unit: float, degrees: int, limit: float) -> Floats:
    """Chance of such a PSI or a higher one where the populations' is `limit`; `unit` is 1/n + 1/m."""
    from scipy.special import chndtr

    beyond = 1 - np.asarray(chndtr(psi / unit, degrees, limit / unit), float)
    return np.asarray(np.clip(beyond, 0.0, 1.0), float)


def bounds(psi: Floats, unit: float, degrees: int, chance: float) -> Floats:
    """The populations' PSI at which one up to `psi` has this chance; 0 where it is rarer even without a difference."""
    from scipy.special import chndtr, chndtrinc

    statistic = psi / unit
    reached = np.asarray(chndtr(statistic, degrees, 0.0), float) > chance
    return np.asarray(np.where(reached, chndtrinc(np.where(reached, statistic, 1.0), degrees, chance), 0.0) * unit)


def simes(p: Floats) -> float:
    """One p-value for several positively dependent ones: that none of them is more than chance (Simes, 1986)."""
    return float(min(1.0, (np.sort(p) * p.size / np.arange(1, p.size + 1)).min())) if p.size else 1.0


def effective_size(size: float, dispersion: float, usual: float | None = None, runs: int = 1) -> float:
    """How many independent mails `size` mails of `runs` equal runs are worth.

    `dispersion` is by how much the variance of a share exceeds that of independent mails, in runs of `usual` mails. The
    mails of a run then have the intra-class correlation ρ = (dispersion − 1) / (usual − 1), and of a larger run the
    variance is exceeded by more: 1 + (mails − 1) · ρ (the design effect: Kish, Survey Sampling, 1965). None: the
    dispersion holds for any size.
    """
    if usual is None or usual <= 1:
        return size / dispersion
    correlation = min(1.0, (dispersion - 1) / (usual - 1))
    return size / (1 + max(0.0, size / runs - 1) * correlation)


def sketched_size(size: float, sketch: kll_doubles_sketch, bins: int) -> float:
    """How many independent numbers a sketch is worth whose `size` numbers are counted in so many bins of equal shares.

    In 99 of 100 sketches no share of a bin is off by more than the sketch's error. Over the bins (Bonferroni) that is
    z standard deviations of a normal error, whose variance adds to that of sampling, p · (1 − p) / size. Sketches err
    less than that, so that the interval is rather too wide. A sketch that keeps every number adds nothing.
    """
    if bins < 2 or not sketch.is_estimation_mode():
        return size
    z, share = NormalDist().inv_cdf(1 - 0.01 / 2 / bins), 1 / bins
    error = float(sketch.normalized_rank_error(True)) / z
    return 1 / (1 / size + error**2 / (share * (1 - share)))


def verdicts(found: Sequence[Evidence], false_alarms: float) -> list[tuple[Status, float]]:
    """Status and p-value of each, corrected for all of `found`; `false_alarms` is the share that chance may have.

    Each limit is corrected for itself; the p-value is that of `watch`.
    """
    watch = _corrected([one.p_watch for one in found])
    alert = _corrected([one.p_alert for one in found])
    return [(_status(w <= false_alarms, a <= false_alarms), w) for w, a in zip(watch, alert, strict=True)]


def _status(is_watch: bool, is_alert: bool) -> Status:
    if is_alert:
        return "alert"
    return "watch" if is_watch else "stable"


def _corrected(p: Sequence[float]) -> list[float]:
    from scipy.stats import false_discovery_control

    return [float(value) for value in false_discovery_control(p)] if p else []


def _both(limits: Limits) -> tuple[float, float]:
    return limits.watch, limits.alert
