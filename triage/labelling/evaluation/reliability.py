"""How well probabilities are calibrated: accuracy by bin and the expected calibration error (ECE)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.labelling.evaluation.intervals import CONFIDENCE, RESAMPLES, Floats, Interval, Ints, wilson

BINS = 15
"""As in Guo et al. 2017."""

Truth = Ints | npt.NDArray[np.bool_]
"""Each row's column [n], or 0/1 flags [n × labels] where a mail may have several labels."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows of like confidence: their mean confidence, and how many of them were right (Wilson's interval)."""

    confidence: float
    accuracy: Interval
    rows: int


def answers(probabilities: Floats, truth: Truth) -> tuple[Floats, Floats]:
    """Confidence and correctness (0 or 1): of each row's best label, or with flags of every row and label.

    With flags, many labels that nobody doubts make the ECE small.
    """
    if truth.ndim == 2:
        return probabilities.ravel(), truth.ravel().astype(np.float64)
    return probabilities.max(axis=1), (probabilities.argmax(axis=1) == truth).astype(np.float64)


def reliability(confidence: Floats, correct: Floats, bins: int = BINS, *, equal_mass: bool = False) -> list[Bin]:
    """The bins that hold rows, least confident first: equally wide, or of equally many rows."""
    of_row = _bin_of(confidence, bins, equal_mass=equal_mass)
    rows = np.bincount(of_row, minlength=bins)
    sure, right = (np.bincount(of_row, weights=values, minlength=bins) for values in (confidence, correct))
    return [
        Bin(float(sure[b] / rows[b]), wilson(round(right[b]), int(rows[b])), int(rows[b])) for b in np.flatnonzero(rows)
    ]


def ece(confidence: Floats, correct: Floats, bins: int = BINS, *, equal_mass: bool = False) -> float:
    """Mean over the rows of |accuracy − confidence| of their bin (Naeini et al. 2015); NaN without rows."""
    if len(confidence) == 0:
        return float("nan")
    of_row = _bin_of(confidence, bins, equal_mass=equal_mass)
    return _gap(of_row, correct - confidence)


def ece_interval(
    confidence: Floats,
    correct: Floats,
    bins: int = BINS,
    *,
    equal_mass: bool = False,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """The ECE with a bootstrap interval over rows, moved by the bootstrap's bias and cut at 0.

    Noise only adds to an absolute value, so that resamples lie higher than the figure itself: their percentiles less
    (their mean − the figure). The figure itself stays biased upwards where bins hold few rows.
    """
    value = ece(confidence, correct, bins, equal_mass=equal_mass)
    if len(confidence) == 0:
        return Interval(value, 0.0, 1.0)
    of_row = _bin_of(confidence, bins, equal_mass=equal_mass)
    gaps, random = correct - confidence, np.random.default_rng(seed)
    drawn = (random.integers(0, len(gaps), len(gaps)) for _ in range(resamples))
    resampled = np.array([_gap(of_row[rows], gaps[rows]) for rows in drawn])
    low, high = np.quantile(resampled, [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2]) - (resampled.mean() - value)
    return Interval(value, max(0.0, float(low)), min(1.0, float(high)))


def _bin_of(confidence: Floats, bins: int, *, equal_mass: bool) -> Ints:
    """Each row's bin. Rows of equal confidence share a bin, also where bins should hold equally many rows."""
    if not equal_mass:
        return np.clip((confidence * bins).astype(np.int64), 0, bins - 1)
    rank = np.searchsorted(np.sort(confidence), confidence, side="left")
    return np.asarray(rank * bins // max(1, len(confidence)), dtype=np.int64)


def _gap(of_row: Ints, gaps: Floats) -> float:
    return float(np.abs(np.bincount(of_row, weights=gaps)).sum() / len(gaps))
