"""From a search and rows held back to what model.json says of a head: calibration, threshold, languages, figures."""

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
"""Rows from which on a head decides mail of a language."""

_MOST_ASKED = 0.5
"""Rows whose words are nearly all known must not make a mail with a few new ones strange."""

PRECISION = 0.95
"""Precision at which the share that needs no person is told."""


@dataclass(frozen=True)
class HeadCalibration:
    """How a head's logits are read: from rows that it did not learn from."""

    calibration: Calibration
    threshold: Threshold


def calibrate_head(rows: TrainingRows, head: Head, best: Combination) -> HeadCalibration:
    """From the logits out of fold, the newest rows where times are known; thresholds from the head's costs."""
    use = np.flatnonzero(best.held_out)
    late = newest(rows.sent_at[use])
    languages = rows.language[use]
    truth = _truth(rows, head, best.held_out)
    found = fit_calibration(
        best.logits[late], truth[late], languages[late], multi=head.multi, may_reorder=True
    )
    probabilities_ = probabilities(best.logits, found, languages, multi=head.multi)
    top, correct = answers(probabilities_, truth)
    told = np.repeat(languages, truth.shape[1]) if head.multi else languages
    costs = head.costs
    return HeadCalibration(found, fit_thresholds(top, correct, told, wrong=costs.wrong, review=costs.review))


def evaluate_head(
    rows: TrainingRows, head: Head, logits: Floats, held_out: Flags, calibration: Calibration
) -> Evaluated:
    """The answers to rows held back, before and after calibration."""
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
    read: HeadCalibration,
    found: Evaluated,
    known_share_min: float,
) -> HeadDescription:
    """The head's part of model.json."""
    return HeadDescription(
        name=head.name,
        labels=rows.labels[head.name],
        multi=head.multi,
        candidate=best.candidate.name,
        params=dict(best.params),
        calibration=read.calibration,
        cascade=fitted.cascade if isinstance(fitted, FittedCascade) else None,
        threshold=read.threshold,
        languages=_languages(rows, head),
        known_share_min=known_share_min,
        metrics=_metrics(found, rows.labels[head.name], best.macro_f1),
    )


def _truth(rows: TrainingRows, head: Head, use: Flags) -> Flags | np.ndarray[tuple[int], np.dtype[np.int64]]:
    flags = rows.truth[head.name][use]
    return flags if head.multi else flags.argmax(axis=1)


def _languages(rows: TrainingRows, head: Head) -> tuple[str, ...]:
    """Those with enough rows to learn from; none where no row tells its language."""
    codes, counts = np.unique(rows.language[rows.training(head.name)], return_counts=True)
    if set(codes.tolist()) <= {"und"}:
        return ()
    return tuple(str(code) for code in codes[counts >= LEAST_OF_A_LANGUAGE])


def known_share_min(data: TrainingData) -> float:
    """The quantile of the known share over rows held back that have text, but never more than half of the words."""
    rows, quantile = data.rows, data.settings.labelling.known_share_quantile
    held_out = rows.test & ~rows.empty
    if "words" not in data.weights or quantile == 0 or not held_out.any():
        return 0.0
    shares = known_share(rows.features["words"][held_out], data.weights["words"])
    return min(_MOST_ASKED, float(np.quantile(shares, quantile)))


def _metrics(found: Evaluated, labels: tuple[str, ...], searched: float) -> dict[str, float]:
    if found.truth.ndim == 2:
        figures = score(found.truth.astype(np.bool_), found.after >= 0.5)
    else:
        names = np.asarray(labels, dtype=np.str_)
        figures = score(names[found.truth], names[found.after.argmax(axis=1)])
    top, correct = answers(found.after, found.truth)
    sure = precision_threshold(top, correct, PRECISION)
    return {
        "macro_f1": figures.macro_f1,
        "accuracy": figures.accuracy,
        "rows": float(figures.rows),
        "ece": ece(top, correct),
        "automatic_at_95_precision": 0.0 if sure is None else float((top >= sure).mean()),
        "search_macro_f1": searched,
    }
