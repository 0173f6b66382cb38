"""What model.json says of a head.

Calibration and threshold come from the calibration part or from rows out of fold, scores from held-out rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triage.labelling.candidates.base import FittedHead, Flags, Floats, TrainingData
from triage.labelling.candidates.cascade import FittedCascade
from triage.labelling.description import Calibration, HeadDescription, Threshold
from triage.labelling.evaluation.abstention import fit_thresholds, precision_threshold
from triage.labelling.evaluation.calibration import fit_calibration, newest, probabilities
from triage.labelling.evaluation.evaluated_rows import Evaluated
from triage.labelling.evaluation.metrics import score
from triage.labelling.evaluation.reliability import answers, ece
from triage.labelling.features.blocks import known_share
from triage.labelling.features.training_rows import TrainingRows
from triage.labelling.taxonomy import Head
from triage.labelling.training.search import Combination

LEAST_OF_A_LANGUAGE = 30
"""Training rows from which a head decides mail of a language."""

_MAX_KNOWN_SHARE_MIN = 0.5
"""Where the held-out rows' words are nearly all known, a mail with a few new words is still no outlier."""

LEAST_TO_CALIBRATE = 100
"""Rows of the calibration part from which they calibrate a head, instead of the rows out of fold."""

PRECISION = 0.95
"""Precision at which the share that needs no person is given in the metrics."""


@dataclass(frozen=True)
class HeadCalibration:
    """How a head's logits become decisions."""

    calibration: Calibration
    threshold: Threshold


def calibrate_head(rows: TrainingRows, head: Head, best: Combination, kept: Floats | None = None) -> HeadCalibration:
    """Calibration and thresholds (from the head's costs), both from logits of rows that no fit saw.

    `kept` are the logits of the rows of the calibration part; without them, those out of fold serve: such a row was
    predicted by a fit that did not see it or its group. Where training rows are generated, rows out of fold share
    their generator's wording, and a score would promise more than new mail keeps; the calibration part does not.
    The held-out rows stay untouched: fitted on them, calibration and thresholds would flatter the scores that are taken
    there.
    """
    flags = best.held_out if kept is None else rows.calibrating(head.name)
    logits = best.logits if kept is None else kept
    use = np.flatnonzero(flags)
    late = newest(rows.sent_at[use])
    languages = rows.language[use]
    truth = _truth(rows, head, flags)
    found = fit_calibration(logits[late], truth[late], languages[late], multi=head.multi, may_reorder=True)
    calibrated = probabilities(logits, found, languages, multi=head.multi)
    top, correct = answers(calibrated, truth)
    row_languages = np.repeat(languages, truth.shape[1]) if head.multi else languages
    costs = head.costs
    return HeadCalibration(found, fit_thresholds(top, correct, row_languages, wrong=costs.wrong, review=costs.review))


def evaluate_head(
    rows: TrainingRows, head: Head, logits: Floats, held_out: Flags, calibration: Calibration
) -> Evaluated:
    """The predictions for held-out rows, before and after calibration."""
    languages = rows.language[held_out]
    return Evaluated(
        head=head.name,
        truth=_truth(rows, head, held_out),
        before=probabilities(logits, Calibration(), multi=head.multi),
        after=probabilities(logits, calibration, languages, multi=head.multi),
        languages=languages,
        lengths=rows.length[held_out],
        senders=rows.sender_kind[held_out],
    )


def describe_head(
    rows: TrainingRows,
    head: Head,
    fitted: FittedHead,
    best: Combination,
    calibration: HeadCalibration,
    evaluated: Evaluated,
    known_share_min: float,
) -> HeadDescription:
    """The head's part of model.json."""
    return HeadDescription(
        name=head.name,
        labels=rows.labels[head.name],
        multi=head.multi,
        candidate=best.candidate.name,
        params=dict(best.params),
        calibration=calibration.calibration,
        cascade=fitted.cascade if isinstance(fitted, FittedCascade) else None,
        threshold=calibration.threshold,
        languages=_languages(rows, head),
        known_share_min=known_share_min,
        metrics=_metrics(evaluated, rows.labels[head.name], best.macro_f1),
    )


def _truth(rows: TrainingRows, head: Head, use: Flags) -> Flags | np.ndarray[tuple[int], np.dtype[np.int64]]:
    flags = rows.truth[head.name][use]
    return flags if head.multi else flags.argmax(axis=1)


def _languages(rows: TrainingRows, head: Head) -> tuple[str, ...]:
    """Those with enough training rows; none where no row has a language."""
    codes, counts = np.unique(rows.language[rows.training(head.name)], return_counts=True)
    if set(codes.tolist()) <= {"und"}:
        return ()
    return tuple(str(code) for code in codes[counts >= LEAST_OF_A_LANGUAGE])


def known_share_min(data: TrainingData) -> float:
    """The quantile of the known share over rows with text that no fit saw, at most one half.

    These are the rows of the calibration part where there are enough, else the held-out rows.
    """
    rows, quantile = data.rows, data.settings.labelling.known_share_quantile
    part = rows.calibration if rows.calibration.sum() >= LEAST_TO_CALIBRATE else rows.test
    held_out = part & ~rows.empty
    if "words" not in data.weights or quantile == 0 or not held_out.any():
        return 0.0
    shares = known_share(rows.features["words"][held_out], data.weights["words"])
    return min(_MAX_KNOWN_SHARE_MIN, float(np.quantile(shares, quantile)))


def _metrics(evaluated: Evaluated, labels: tuple[str, ...], searched: float) -> dict[str, float]:
    if evaluated.truth.ndim == 2:
        figures = score(evaluated.truth.astype(np.bool_), evaluated.after >= 0.5)
    else:
        names = np.asarray(labels, dtype=np.str_)
        figures = score(names[evaluated.truth], names[evaluated.after.argmax(axis=1)])
    top, correct = answers(evaluated.after, evaluated.truth)
    sure = precision_threshold(top, correct, PRECISION)
    return {
        "macro_f1": figures.macro_f1,
        "accuracy": figures.accuracy,
        "rows": float(figures.rows),
        "ece": ece(top, correct),
        "automatic_at_95_precision": 0.0 if sure is None else float((top >= sure).mean()),
        "search_macro_f1": searched,
    }
