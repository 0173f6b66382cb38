"""Training of one head: search, fit on the training rows, calibration, scores on the held-out rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from triage.errors import ConfigError
from triage.labelling.candidates.base import Candidate, FittedHead, Flags, TrainingData
from triage.labelling.candidates.baseline import baseline_scores
from triage.labelling.evaluation.evaluated_rows import Evaluated
from triage.labelling.evaluation.metrics import Score, majority, score
from triage.labelling.features.training_rows import Ints
from triage.labelling.taxonomy import Head
from triage.labelling.training.head_description import (
    LEAST_TO_CALIBRATE,
    HeadCalibration,
    calibrate_head,
    evaluate_head,
)
from triage.labelling.training.result import MAJORITY, OURS, WarmStart
from triage.labelling.training.search import SearchResult, search, single_combination


@dataclass(frozen=True)
class TrainedHead:
    """A head fitted on the training rows, with its calibration and its predictions for the held-out rows."""

    search: SearchResult
    fitted: FittedHead
    calibration: HeadCalibration
    evaluated: Evaluated

    def refitted(self, data: TrainingData) -> FittedHead:
        """The same combination, fitted on train and test rows; calibration and scores stay those of the first fit."""
        head, rows = self.evaluated.head, data.rows
        best = self.search.best
        return best.candidate.fit(data, head, rows.training(head) | rows.held_out(head), best.params, self.fitted)


def train_head(
    data: TrainingData,
    head: Head,
    candidates: Sequence[Candidate],
    on_progress: Callable[[str], None],
    start: WarmStart | None = None,
) -> TrainedHead:
    """The best combination for a head, fitted, calibrated and evaluated.

    With `start` it is that combination, without a search.
    Raises ConfigError when the head has fewer than two labels among the training rows, or no row is held out.
    """
    rows = data.rows
    use, held = rows.training(head.name), rows.held_out(head.name)
    _check(head, rows.truth[head.name][use], held, rows.fold[use])
    if start is None:
        return fit_and_calibrate(data, head, search(data, head.name, candidates, on_progress))
    return fit_and_calibrate(
        data, head, single_combination(data, head.name, start.candidate, start.params), start.fitted
    )


def fit_and_calibrate(
    data: TrainingData, head: Head, found: SearchResult, start: FittedHead | None = None
) -> TrainedHead:
    """The best combination of a search, fitted on the training rows, calibrated and evaluated on the held-out rows."""
    rows, best = data.rows, found.best
    use, held = rows.training(head.name), rows.held_out(head.name)
    fitted = best.candidate.fit(data, head.name, use, best.params, start)
    kept = rows.calibrating(head.name)
    logits = fitted.logits(data, kept) if kept.sum() >= LEAST_TO_CALIBRATE else None
    calibration = calibrate_head(rows, head, best, logits)
    answers = evaluate_head(rows, head, fitted.logits(data, held), held, calibration.calibration)
    return TrainedHead(found, fitted, calibration, answers)


def _check(head: Head, truth: Flags, held: Flags, folds: Ints) -> None:
    trainable = int(truth.any(axis=0).sum())
    if trainable < 2:
        raise ConfigError(
            f"Head {head.name} has {trainable} label(s) with text to train on, and needs two.",
            where=f"{len(truth)} usable rows",
            remedy="Check the label column, and that its labels are those of the taxonomy.",
        )
    if len(np.unique(folds)) < 2:
        raise ConfigError(
            f"The rows to train head {head.name} on are all of one thread, or near-duplicates of each other.",
            where=f"{len(truth)} usable rows",
            remedy="Give rows of more threads.",
        )
    if not held.any():
        raise ConfigError(
            f"No row is held out to evaluate head {head.name}.",
            remedy="Give more rows, or a split column with `test`.",
        )


def head_scores(data: TrainingData, head: Head, trained: TrainedHead, *, baseline: bool) -> dict[str, Score]:
    """System → scores on the held-out rows.

    The systems are this model, the majority class, and with `baseline` a plain linear model.
    """
    rows, found = data.rows, trained.evaluated
    held = rows.held_out(head.name)
    if head.multi:
        return {OURS: score(rows.truth[head.name][held], found.after >= 0.5)}
    answers = rows.answers(head.name)
    ours = np.asarray(rows.labels[head.name], dtype=np.str_)[found.after.argmax(axis=1)]
    trained_on = answers[rows.training(head.name)]
    scores = {OURS: score(answers[held], ours), MAJORITY: majority(trained_on, answers[held])}
    return {**scores, **(baseline_scores(data, head.name) if baseline else {})}
