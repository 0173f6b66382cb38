"""Which profile a run's scores, labels and terms are compared with, and how far they are from it beyond chance."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from triage.monitoring.intervals import z_of
from triage.monitoring.profiles.distributions import SKETCH_SIZE, Counts, Numbers, Terms
from triage.monitoring.view import Reference, RunView

Floats = npt.NDArray[np.float64]

_ORDER = ("rolling", "chosen", "model")
"""What was usual of late comes first: a model's labelled rows may differ from mail for good reasons."""

_DRAWS = 40
"""Pairs of samples by which chance is measured."""

_LEAST = 1e-12
_RANKS = [rank / 100 for rank in range(1, 100)]


def nearest_reference(view: RunView) -> Reference | None:
    """The rolling profile, else the chosen one, else the model's; None where there is none with mails."""
    known = (view.references.get(name) for name in _ORDER)
    return next((one for one in known if one is not None and one.profile.run.published), None)


def score_distance(now: Numbers, usual: Numbers, confidence: float, dispersion: float) -> float:
    """Kolmogorov-Smirnov distance less what chance and the sketches add to it, at least 0.

    Chance: the distribution of Kolmogorov's statistic for two samples, its tail 2·exp(−2·d²·n·m / (n + m)).
    """
    edges = sorted({*now.quantiles(_RANKS), *usual.quantiles(_RANKS)})
    gaps = (abs(one - other) for one, other in zip(now.at_most(edges), usual.at_most(edges), strict=True))
    tail = math.log(2 / (1 - confidence)) / 2
    chance = math.sqrt(tail * dispersion * (1 / now.total + 1 / usual.total))
    sketched = sum(float(one.sketch.normalized_rank_error(False)) for one in (now, usual) if one.total > SKETCH_SIZE)
    return max(0.0, max(gaps, default=0.0) - chance - sketched)


def label_distance(now: Counts, usual: Counts, confidence: float, dispersion: float) -> float:
    """Part of the mails that changed labels (total variation distance), less what chance adds to it, at least 0."""
    labels = sorted(now.counts.keys() | usual.counts.keys())
    gap = sum(abs(now.share(label) - usual.share(label)) for label in labels) / 2
    both = now + usual
    # Of a normal gap of deviation s, the mean size is s·√(2/π) and its variance s²·(1 − 2/π).
    scale = dispersion * (1 / now.total + 1 / usual.total)
    variances = [both.share(label) * (1 - both.share(label)) * scale for label in labels]
    mean = sum(math.sqrt(2 / math.pi * one) for one in variances) / 2
    deviation = math.sqrt(sum((1 - 2 / math.pi) * one for one in variances)) / 2
    return max(0.0, gap - mean - z_of(confidence) * deviation)


def term_distance(now: Terms, usual: Terms, confidence: float, dispersion: float) -> float:
    """Jensen-Shannon distance (base 2) of the terms' shares, less what chance adds to it, at least 0.

    Terms that the reference does not have count as one, since it has the most frequent ones only.
    """
    known = list(usual.mails)
    counts = [_counts(terms, known) for terms in (now, usual)]
    shares = [own / own.sum() for own in counts]
    pooled = sum(counts) / sum(own.sum() for own in counts)
    # Drawn, since most terms are in so few mails that the χ² law of the divergence, which holds for many, is far off.
    random = np.random.default_rng(0)
    drawn = [random.multinomial(math.ceil(own.sum() / dispersion), pooled, size=_DRAWS) for own in counts]
    by_chance = _divergence(*(own / own.sum(axis=1, keepdims=True) for own in drawn))
    chance = by_chance.mean() + z_of(confidence) * by_chance.std()
    return math.sqrt(max(0.0, float(_divergence(*shares) - chance)))


def counts_moved(view: RunView, feature: str, reference: Reference) -> float:
    """Part of all mails that changed the value of a feature, beyond chance; 0 where either side has no counts."""
    now, usual = (profile.run.counts(feature) for profile in (view.now, reference.profile))
    if not now.total or not usual.total:
        return 0.0
    return label_distance(now, usual, view.settings.monitoring.confidence, reference.dispersion.get(feature, 1.0))


def _counts(terms: Terms, known: Sequence[int]) -> Floats:
    counts = [terms.mails.get(term, 0) for term in known]
    return np.array([*counts, terms.total - sum(counts)], dtype=np.float64)


def _divergence(one: Floats, other: Floats) -> Floats:
    """The Jensen-Shannon divergence in bits, along the last axis."""
    middle = (one + other) / 2
    parts = [
        np.where(own > 0, own * np.log2(np.where(own > 0, own, 1) / np.maximum(middle, _LEAST)), 0)
        for own in (one, other)
    ]
    return np.asarray(sum(part.sum(axis=-1) for part in parts) / 2)
