"""Compares one feature of two slices: its measures, its evidence, and the values that drive it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from triage.monitoring.drift.statistics import presence
from triage.monitoring.drift.statistics.bins import binned, pooled, quantile_edges
from triage.monitoring.drift.statistics.measures import (
    PSEUDO_COUNT,
    Floats,
    aligned,
    chi_squared,
    jensen_shannon,
    kolmogorov_smirnov,
    psi,
    unseen_share,
    wasserstein,
)
from triage.monitoring.drift.statistics.verdict import Evidence, Limits, evidence, sketched_size
from triage.monitoring.profiles.distributions import Counts, Numbers
from triage.monitoring.profiles.profile import Slice
from triage.monitoring.record import Driver

MOST_DRIVERS = 8
"""Values of a row that are named as its drivers."""

_SHOWN_VALUES = 40
"""Values of a feature like terms that its histogram holds."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A feature of two slices: counts in the same bins, measures, evidence."""

    was: Mapping[str, int]
    now: Mapping[str, int]
    mails: int
    psi: float
    js: float
    evidence: Evidence
    chi2: float
    ks: float | None = None
    wasserstein: float | None = None
    unseen_share: float | None = None
    drivers: tuple[Driver, ...] = ()


def compare_feature(
    feature: str, was: Slice, now: Slice, sizes: tuple[float, float], limits: Limits, runs: int = 1
) -> Compared | None:
    """The comparison, with `sizes` as effective sizes of both; None where either has no value of the feature.

    The reference `was` is the sum of this many runs.
    """
    if not {feature} <= was.features.keys() & now.features.keys():
        return None
    if feature in presence.PRESENCE:
        return _presences(feature, was, now, sizes, limits, runs)
    before, present = was.features[feature], now.features[feature]
    if isinstance(before, Numbers) and isinstance(present, Numbers) and before.total and present.total:
        return _numbers(before, present, sizes, limits)
    if isinstance(before, Counts) and isinstance(present, Counts) and before.total and present.total:
        return _counts(before.counts, present.counts, sizes, limits)
    return None


def _counts(was: Mapping[str, int], now: Mapping[str, int], sizes: tuple[float, float], limits: Limits) -> Compared:
    before, present = pooled(was, now)
    values, expected, actual = aligned(before, present)
    distance = psi(expected, actual)
    return Compared(
        was=before,
        now=present,
        mails=sum(now.values()),
        psi=distance,
        js=jensen_shannon(expected, actual),
        evidence=evidence(distance, len(values), sizes, limits),
        chi2=chi_squared(expected, actual) * _worth(sizes, expected, actual),
        unseen_share=unseen_share(was, now),
        drivers=_drivers(values, expected, actual),
    )


def _numbers(was: Numbers, now: Numbers, sizes: tuple[float, float], limits: Limits) -> Compared:
    edges = quantile_edges(was, min(was.total, now.total))
    before, present = binned(was, edges), binned(now, edges)
    # The shares of the bins come from sketches, so that of however many mails they are only as sure as the sketches.
    worth = sketched_size(sizes[0], was.sketch, len(before)), sketched_size(sizes[1], now.sketch, len(present))
    found = _counts(before, present, worth, limits)
    # Sketches may be off by less than `worth` has them, and then less is to be taken off for chance.
    high = max(found.evidence.high, evidence(found.psi, len(found.was.keys() | found.now.keys()), sizes, limits).high)
    moved = wasserstein(was, now)
    return Compared(
        was=found.was,
        now=found.now,
        mails=now.total,
        psi=found.psi,
        js=found.js,
        evidence=replace(found.evidence, high=high),
        chi2=found.chi2,
        ks=kolmogorov_smirnov(was, now),
        wasserstein=moved / was.deviation if was.deviation > 0 else None,
        drivers=found.drivers,
    )


def _presences(
    feature: str, was: Slice, now: Slice, sizes: tuple[float, float], limits: Limits, runs: int
) -> Compared | None:
    found = presence.compared(feature, was, now, runs)
    if not found.values or not found.was.sum() or not found.now.sum():
        return None
    first = [np.array([counts[0], max(0.0, mails - counts[0])]) for counts, mails in _both(found, was, now)]
    shares = [counts / mails for counts, mails in _both(found, was, now)]
    drivers = zip(found.values[:MOST_DRIVERS], *(s[:MOST_DRIVERS] for s in shares), strict=True)
    return Compared(
        was=_shown(found.values, found.was),
        now=_shown(found.values, found.now),
        mails=now.published,
        psi=float(found.psi[0]),
        js=jensen_shannon(found.was, found.now),
        evidence=presence.evidence_of(found, sizes, limits),
        chi2=chi_squared(*first) * _worth(sizes, *first),
        unseen_share=presence.unseen_terms_share(was, now, runs) if feature == "terms" else None,
        drivers=tuple(Driver(value, float(before), float(present)) for value, before, present in drivers),
    )


def _both(found: presence.Presences, was: Slice, now: Slice) -> tuple[tuple[Floats, int], tuple[Floats, int]]:
    return (found.was, was.published), (found.now, now.published)


def _shown(values: tuple[str, ...], counts: Floats) -> dict[str, int]:
    return {value: round(float(count)) for value, count in list(zip(values, counts, strict=True))[:_SHOWN_VALUES]}


def _worth(sizes: tuple[float, float], was: Floats, now: Floats) -> float:
    """By how much a χ² of the counts shrinks for their effective sizes."""
    return float((1 / was.sum() + 1 / now.sum()) / (1 / sizes[0] + 1 / sizes[1]))


def _drivers(values: list[str], was: Floats, now: Floats) -> tuple[Driver, ...]:
    """The bins that add most to the PSI, the greatest first."""
    before, present = ((counts + PSEUDO_COUNT) / (counts + PSEUDO_COUNT).sum() for counts in (was, now))
    parts = (present - before) * np.log(present / before)
    strongest = [i for i in np.argsort(-parts, kind="stable")[:MOST_DRIVERS] if parts[i] > 0]
    return tuple(Driver(values[i], float(was[i] / was.sum()), float(now[i] / now.sum())) for i in strongest)
