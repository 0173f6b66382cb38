"""The first model of a name, which has no champion to beat: it must beat the majority class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triage.config.learning.promotion import PromotionSettings
from triage.labelling.evaluation.intervals import Floats, Interval, percentile_interval, resampled_counts
from triage.labelling.evaluation.tallies import Answers, Cells, cells_of, figures_of, tallies, whole_sample

Labelled = tuple[Answers, Answers]
"""Right labels and the model's, of the rows of one head whose label is known."""


@dataclass(frozen=True, slots=True)
class FirstFigures:
    """A model beside the answer that is right most often."""

    rows: int
    macro_f1: float
    majority_macro_f1: float
    above_chance: Interval
    """Mean over the heads: right answers less those that labels drawn by the model's shares would have, as shares of
    the rows; the numerator of Cohen's kappa."""


def first_figures(heads: list[Labelled], settings: PromotionSettings, seed: int = 0) -> FirstFigures:
    """The figures over all heads, each with at least one row."""
    cells = [cells_of(truth, predicted, most_frequent(truth)) for truth, predicted in heads]
    model, majority = (
        float(np.mean([figures_of(one, whole_sample(one), system).macro_f1[0] for one in cells])) for system in (0, 1)
    )
    value = float(np.mean([_above_chance(one, whole_sample(one))[0] for one in cells]))
    drawn = np.mean([_resampled(one, seed) for one in cells], axis=0)
    above = percentile_interval(value, drawn, settings.confidence)
    return FirstFigures(max(len(truth) for truth, _ in heads), model, majority, above)


def most_frequent(truth: Answers) -> Answers:
    """The answer that is right most often, for every row; for flags each label by itself."""
    if truth.ndim == 2:
        return np.asarray(np.broadcast_to(truth.mean(axis=0) > 0.5, truth.shape))
    labels, counts = np.unique(truth, return_counts=True)
    return np.full(len(truth), labels[counts.argmax()])


def first_passes(found: FirstFigures, settings: PromotionSettings) -> tuple[bool, str]:
    """Whether the model may go live, and why.

    A model that guesses has a better macro-F1 than the majority class, which has one label only; so its answers must
    also be right more often than chance gives, beyond the interval where there are `least_rows` rows.
    """
    least = found.above_chance.low if found.rows >= settings.least_rows else found.above_chance.value
    passed = found.macro_f1 > found.majority_macro_f1 and least > 0
    words = "is better than" if passed else "is no better than chance or"
    figures = f"macro-F1 {found.macro_f1:.3f}, majority class {found.majority_macro_f1:.3f}, {found.rows} rows"
    above = f"{found.above_chance.value:.1%} of the answers are right beyond chance"
    rule = "With no champion, it must beat the majority class."
    return passed, f"{rule} It {words} always giving the most frequent label: {figures}; {above}."


def _resampled(cells: Cells, seed: int) -> Floats:
    return np.concatenate([_above_chance(cells, drawn) for drawn in resampled_counts(cells.of_row, seed=seed)])


def _above_chance(cells: Cells, weights: Floats) -> Floats:
    """Of each draw."""
    hits, true, said = tallies(cells, weights, 0)
    rows = weights.sum(axis=1, keepdims=True)
    return np.asarray((hits / rows - true * said / rows**2).sum(axis=1))
