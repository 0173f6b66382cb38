"""The cascade: hashed terms decide where their probability is high; the other mails are embedded and decided by both.

Viola & Jones (2001) for images; the cut is the probability below which a set share of the rows out of fold lies. Both
calibrations and the cut come from inner folds, because a fit's probabilities on its own rows are too high.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from optuna.trial import Trial

from triage.config import Settings
from triage.labelling.candidates.base import (
    FittedHead,
    Flags,
    Floats,
    Params,
    TrainingData,
    require_single_label,
)
from triage.labelling.candidates.linear import BOTH, TERMS, FittedLinear
from triage.labelling.description import LINEAR, Calibration, Cascade
from triage.labelling.embeddings.location import missing_sentences
from triage.labelling.evaluation.calibration import fit_calibration, newest, probabilities
from triage.labelling.evaluation.likelihood import SMALLEST
from triage.labelling.features.blocks import SENTENCES
from triage.labelling.linear.head_stages import LinearHead

_INNER_FOLDS = 3


@dataclass(frozen=True)
class FittedCascade:
    """Two linear heads, each calibrated; the second one decides below the cut."""

    first: FittedLinear
    second: FittedLinear
    cascade: Cascade

    def logits(self, data: TrainingData, use: Flags) -> Floats:
        """Log-probabilities of whichever head decides, rows of the mask × labels."""
        sure = probabilities(self.first.logits(data, use), self.cascade.first)
        below = sure.max(axis=1) < self.cascade.cut
        asked = _subset(use, below)
        sure[below] = probabilities(self.second.logits(data, asked), self.cascade.second)
        return np.log(np.maximum(sure, SMALLEST))

    def heads(self, widths: Mapping[str, int]) -> tuple[LinearHead, ...]:
        """Both, the first one first."""
        return (*self.first.heads(widths), *self.second.heads(widths))


@dataclass(frozen=True)
class CascadeCandidate:
    """Terms first, terms and sentences for the tail."""

    name: str = "cascade"
    family: str = LINEAR
    blocks: tuple[str, ...] = BOTH.blocks

    @property
    def default(self) -> Params:
        """Both heads' defaults, and a tenth of the mails for the second."""
        return {**BOTH.default, "tail": 0.1}

    def missing(self, settings: Settings) -> str:
        """Why it cannot be tried here."""
        return missing_sentences(settings)

    def suggest(self, trial: Trial) -> Params:
        """As for both, and how much is embedded."""
        return {**BOTH.suggest(trial), "tail": trial.suggest_categorical("tail", [0.1, 0.15, 0.25])}

    def fit(
        self, data: TrainingData, head: str, use: Flags, params: Params, start: FittedHead | None = None
    ) -> FittedCascade:
        """Both heads on the rows of the mask; calibrations and cut from folds within them.

        `tail` is the share of mails to embed, estimated on the newest rows where times are known. A mail is embedded
        where any head needs it, so each head gets its part of the share. Raises ConfigError for a head of several
        labels.
        """
        require_single_label(data, head, self.name)
        earlier = start if isinstance(start, FittedCascade) else None
        terms = {**params, SENTENCES: 0.0}
        first = TERMS.fit(data, head, use, terms, earlier and earlier.first)
        second = BOTH.fit(data, head, use, params, earlier and earlier.second)
        late = newest(data.rows.sent_at[use])
        logits, calibrations = _out_of_fold(data, head, use, (terms, params), late)
        top = probabilities(logits[late], calibrations[0]).max(axis=1)
        cut = float(np.quantile(top, float(params["tail"] or 0.0) / len(data.rows.labels)))
        return FittedCascade(first, second, Cascade(cut=cut, first=calibrations[0], second=calibrations[1]))


def _out_of_fold(
    data: TrainingData, head: str, use: Flags, params: tuple[Params, Params], late: Flags
) -> tuple[Floats, tuple[Calibration, Calibration]]:
    """Logits out of fold of the first head on the rows of the mask, and both heads' calibrations by the late ones."""
    numbers = np.flatnonzero(use)
    folds, place = np.unique(data.rows.fold[numbers], return_inverse=True)
    part = (place if len(folds) > 1 else np.arange(len(numbers))) % _INNER_FOLDS
    truth = data.rows.truth[head][numbers].argmax(axis=1)
    logits = []
    for candidate, chosen in zip((TERMS, BOTH), params, strict=True):
        held = np.zeros((len(numbers), data.rows.truth[head].shape[1]))
        for fold in np.unique(part):
            fitted = candidate.fit(data, head, _subset(use, part != fold), chosen)
            held[part == fold] = fitted.logits(data, _subset(use, part == fold))
        logits.append(held)
    first, second = (fit_calibration(held[late], truth[late]) for held in logits)
    return logits[0], (first, second)


def _subset(use: Flags, chosen: Flags) -> Flags:
    """The rows of the mask that are chosen among them."""
    mask = np.zeros_like(use)
    mask[np.flatnonzero(use)[chosen]] = True
    return mask
