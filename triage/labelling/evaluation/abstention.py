"""Thresholds on the calibrated probability of the best label, below which the head abstains.

A mail is labelled by the model when that probability is at or above the threshold. `top` [n] are such probabilities of
rows that the model was not trained on (on training rows errors are rarer than on new mail, and the threshold would be
too low); `correct` [n] says whether the best label was right (0 or 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from triage.errors import ConfigError
from triage.labelling.description import Threshold
from triage.labelling.evaluation.intervals import Floats

Texts = npt.NDArray[np.str_]

ROWS_OF_A_LANGUAGE = 200
"""Rows from which a language can have a threshold of its own."""

_DOUBT = 0.01
"""Level of the test by which a language's own threshold must be cheaper."""


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """Errors against the share of rows labelled, the most probable first; one entry a distinct probability.

    `risk` is the share of errors among the rows at or above `threshold`, `coverage` these rows' share of all.
    """

    threshold: Floats
    coverage: Floats
    risk: Floats

    @property
    def aurc(self) -> float:
        """Area under the curve (Geifman & El-Yaniv 2017): the mean risk over all coverages; smaller is better."""
        return float(np.sum(self.risk * np.diff(self.coverage, prepend=0.0)))

    def coverage_at(self, threshold: float) -> float:
        """Share of rows at or above a threshold."""
        return float(np.max(self.coverage[self.threshold >= threshold], initial=0.0))

    def risk_at(self, threshold: float) -> float:
        """Share of errors among them; 0 where there are none."""
        taken = np.flatnonzero(self.threshold >= threshold)
        return float(self.risk[taken[-1]]) if len(taken) else 0.0


def risk_coverage(top: Floats, correct: Floats) -> RiskCoverage:
    """The curve from the most probable row to all rows; rows of equal probability are added together."""
    order = np.argsort(-top, kind="stable")
    last = np.flatnonzero(np.append(np.diff(top[order]) != 0, len(top) > 0))
    taken = last + 1.0
    errors = np.cumsum(1 - correct[order])[last]
    return RiskCoverage(top[order][last], taken / max(1, len(top)), errors / taken)


def analytic_threshold(*, wrong: float, review: float) -> float:
    """1 − review / wrong: below it, the expected cost of an error exceeds a review (Chow 1970); holds where calibrated.

    0 where a review costs as much as an error or more. Raises ConfigError for costs that are not positive.
    """
    if wrong <= 0 or review <= 0:
        raise ConfigError(
            "The costs of a wrong label and of a review must be above 0.",
            where=f"wrong {wrong}, review {review}",
            remedy="Give both in the same unit, such as minutes.",
        )
    return max(0.0, 1 - review / wrong)


def cost(top: Floats, correct: Floats, threshold: float, *, wrong: float, review: float) -> float:
    """Mean cost a row: errors among the rows labelled, and reviews of the others."""
    return float(np.mean(_costs(top, correct, threshold, wrong, review)))


def cheapest_threshold(top: Floats, correct: Floats, *, wrong: float, review: float) -> float:
    """The threshold with the smallest cost on these rows.

    It is one of their probabilities, 0 to label all, or 1 to label none (but for those of probability 1). Of equally
    cheap ones the smallest, which labels most. Raises ConfigError as `analytic_threshold` does.
    """
    analytic_threshold(wrong=wrong, review=review)
    curve = risk_coverage(top, correct)
    costs = curve.coverage * curve.risk * wrong + (1 - curve.coverage) * review
    if len(costs) == 0 or review < costs.min() - 1e-12:
        return 1.0
    best = np.flatnonzero(costs <= costs.min() + 1e-12)[-1]
    return 0.0 if best == len(costs) - 1 else float(curve.threshold[best])


def fit_thresholds(
    top: Floats, correct: Floats, languages: Texts | None = None, *, wrong: float, review: float
) -> Threshold:
    """The analytic threshold, and a language's own where it is cheaper by a test.

    Test: with ROWS_OF_A_LANGUAGE rows or more, a threshold chosen on every other row is cheaper on the rest, both ways
    round (one-sided z-test over all rows, level 1 %). Raises ConfigError as `analytic_threshold` does.
    """
    default = analytic_threshold(wrong=wrong, review=review)
    codes, counts = np.unique([] if languages is None else languages, return_counts=True)
    own: Mapping[str, float] = {
        str(code): cheapest_threshold(top[languages == code], correct[languages == code], wrong=wrong, review=review)
        for code in codes[counts >= ROWS_OF_A_LANGUAGE]
        if _default_costs_more(default, top[languages == code], correct[languages == code], wrong, review)
    }
    return Threshold(default=default, by_language=own)


def precision_threshold(top: Floats, correct: Floats, precision: float = 0.95) -> float | None:
    """The smallest threshold at which the rows labelled reach a precision; None where none does."""
    curve = risk_coverage(top, correct)
    reached = np.flatnonzero(1 - curve.risk >= precision - 1e-12)
    return float(curve.threshold[reached[-1]]) if len(reached) else None


def _costs(top: Floats, correct: Floats, threshold: float, wrong: float, review: float) -> Floats:
    return np.where(top >= threshold, wrong * (1 - correct), review)


def _default_costs_more(default: float, top: Floats, correct: Floats, wrong: float, review: float) -> bool:
    """Whether another threshold is significantly cheaper than the default; chosen on one half, compared on the other.

    Compared on the rows that it was chosen on, the cheapest of many thresholds would win by chance.
    """
    saved = np.zeros(len(top))
    even = np.arange(len(top)) % 2 == 0
    for half, rest in ((even, ~even), (~even, even)):
        chosen = cheapest_threshold(top[half], correct[half], wrong=wrong, review=review)
        before, after = (_costs(top[rest], correct[rest], t, wrong, review) for t in (default, chosen))
        saved[rest] = before - after
    spread = saved.std(ddof=1) / np.sqrt(len(saved))
    return bool(saved.mean() > norm.ppf(1 - _DOUBT) * spread and saved.mean() > 0)
