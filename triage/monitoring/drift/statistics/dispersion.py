"""How much more the shares of a feature differ between past runs than between random samples of the same sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from triage.monitoring.drift.statistics.bins import FEWEST_EXPECTED, Histogram, binned, quantile_edges
from triage.monitoring.drift.statistics.presence import PRESENCE, presences
from triage.monitoring.profiles.distributions import Counts, Distribution, Numbers, merged
from triage.monitoring.profiles.profile import Profile, Slice

FEWEST_RUNS = 5
"""Runs from which a dispersion is estimated."""

Floats = npt.NDArray[np.float64]


def dispersions(runs: Sequence[Profile]) -> Mapping[str, float]:
    """The dispersion of each feature of all mails, at least 1; none of fewer than `FEWEST_RUNS` runs."""
    if len(runs) < FEWEST_RUNS:
        return {}
    names = sorted(set().union(*(profile.run.features.keys() for profile in runs)))
    found = {name: _dispersion(name, [profile.run for profile in runs]) for name in names}
    return {name: max(1.0, dispersion) for name, dispersion in found.items() if dispersion is not None}


def _dispersion(name: str, runs: Sequence[Slice]) -> float | None:
    with_feature = [run for run in runs if name in run.features]
    if len(with_feature) < FEWEST_RUNS:
        return None
    if name in PRESENCE:
        return _of_presences([presences(name, run) for run in with_feature], [run.published for run in with_feature])
    return pearson_dispersion(_table([run.features[name] for run in with_feature]))


def pearson_dispersion(counts: Floats) -> float | None:
    """Of counts by run and bin; None where they have no two bins that are filled enough.

    McCullagh & Nelder divide Pearson's statistic by its degrees of freedom, that is, they take means over runs. Here
    the shares are the medians over runs, and so is the statistic, beside the median of its χ²: a past run that was
    itself disturbed would raise the mean, and so hide the next one. Below 1 where runs are more alike than samples.
    """
    counts = counts[counts.sum(axis=1) > 0]
    if len(counts) < FEWEST_RUNS:
        return None
    sizes = counts.sum(axis=1, keepdims=True)
    counts, expected = _merged_rare(counts, sizes * _usual_shares(counts / sizes))
    bins = counts.shape[1]
    if bins < 2:
        return None
    from scipy.special import chdtri

    of_median = 1 + np.pi / 2 * sizes[:, 0] / sizes.sum()  # the variance of a median is π/2 of a mean's
    statistics = ((counts - expected) ** 2 / expected).sum(axis=1) / of_median
    return float(np.median(statistics) / chdtri(bins - 1, 0.5))


def _usual_shares(shares: Floats) -> Floats:
    medians = np.median(shares, axis=0)
    return np.asarray(medians / max(medians.sum(), 1e-12), float)


def _merged_rare(counts: Floats, expected: Floats) -> tuple[Floats, Floats]:
    rare = np.median(expected, axis=0) < FEWEST_EXPECTED
    if not rare.any():
        return counts, expected
    kept = [np.column_stack([part[:, ~rare], part[:, rare].sum(axis=1)]) for part in (counts, expected)]
    filled = kept[1].sum(axis=0) > 0
    return kept[0][:, filled], kept[1][:, filled]


def _table(runs: Sequence[Distribution]) -> Floats:
    if isinstance(runs[0], Numbers):
        whole = merged(runs)
        assert isinstance(whole, Numbers)
        numbers = [run for run in runs if isinstance(run, Numbers)]
        edges = quantile_edges(whole, int(np.median([run.total for run in numbers])))
        return _rows([binned(run, edges) for run in numbers])
    return _rows([dict(run.counts) for run in runs if isinstance(run, Counts)])


def _rows(histograms: Sequence[Histogram]) -> Floats:
    values = sorted(set().union(*histograms))
    return np.array([[float(histogram.get(value, 0)) for value in values] for histogram in histograms])


def _of_presences(runs: Sequence[Mapping[str, float]], mails: Sequence[int]) -> float | None:
    """The mean over the values that are frequent enough, each as `present` or `absent`.

    Of values that every run has: a term may be missing from a run only because it is too rare there to be stored.
    """
    sizes = np.array(mails, float)
    values = sorted(set(runs[0]).intersection(*runs[1:]))
    found = []
    for value in values:
        present = np.array([run.get(value, 0.0) for run in runs])
        share = present.sum() / max(1.0, sizes.sum())
        if min(share, 1 - share) * float(np.median(sizes)) >= FEWEST_EXPECTED:
            found.append(pearson_dispersion(np.column_stack([present, sizes - present])))
    known = [one for one in found if one is not None]
    return float(np.mean(known)) if known else None
