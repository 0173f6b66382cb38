"""Linear candidates: hashed terms, sentence embeddings, or both, with one weight vector a label."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from optuna.trial import Trial
from scipy.sparse import csc_matrix, csr_matrix

from triage.config import Settings
from triage.labelling.candidates.base import FittedHead, Flags, Floats, Params, TrainingData
from triage.labelling.description import LINEAR
from triage.labelling.embeddings.location import missing_sentences
from triage.labelling.features.blocks import SENTENCES, stacked
from triage.labelling.linear.head_stages import LinearHead
from triage.labelling.linear.solvers import LinearModel, fit_linear_model


@dataclass(frozen=True)
class FittedLinear:
    """A linear model over blocks side by side.

    `scales` gives the blocks and their factors, `used` the columns with weights.
    """

    model: LinearModel
    scales: Mapping[str, float]
    used: npt.NDArray[np.int64]
    labels: tuple[str, ...]

    def logits(self, data: TrainingData, use: Flags) -> Floats:
        """Rows of the mask × labels."""
        return self.model.logits(_stacked(data, self.scales, use)[:, self.used])

    def heads(self, widths: Mapping[str, int]) -> tuple[LinearHead, ...]:
        """The same by block, with the scales multiplied in; `widths` are the blocks' numbers of features."""
        weights, begin = {}, 0
        for block, scale in self.scales.items():
            end = begin + widths[block]
            inside = (self.used >= begin) & (self.used < end)
            scaled = self.model.weights[:, inside] * scale
            weights[block] = widened(scaled, self.used[inside] - begin, widths[block])
            begin = end
        return (LinearHead(self.labels, weights, self.model.bias),)


@dataclass(frozen=True)
class LinearCandidate:
    """A linear head over some blocks of features."""

    name: str
    blocks: tuple[str, ...]
    default: Params
    suggest: Callable[[Trial], Params]
    family: str = LINEAR

    def missing(self, settings: Settings) -> str:
        """Why it cannot be tried here."""
        return missing_sentences(settings) if SENTENCES in self.blocks else ""

    def fit(
        self, data: TrainingData, head: str, use: Flags, params: Params, start: FittedHead | None = None
    ) -> FittedLinear:
        """Fits on the rows of the mask; begins at an earlier head where that has the same labels and blocks."""
        scales = scales_of(params)
        features = _stacked(data, scales, use)
        used = np.unique(features.indices).astype(np.int64)
        begin = _start(start, scales, used, data.rows.labels[head])
        model = fit_linear_model(
            features[:, used],
            data.rows.truth[head][use],
            loss=data.loss(head, params),
            c=float(params["c"] or 1.0),
            balance=float(params["balance"] or 0.0),
            seed=data.settings.labelling.seed,
            start=begin,
            weight=data.rows.weight_of(head, use),
        )
        return FittedLinear(model, scales, used, data.rows.labels[head])


def scales_of(params: Params) -> dict[str, float]:
    """Block → scale, of the parameters that are named after a block; blocks of scale 0 are left out."""
    given = {block: params.get(block) for block in ("words", "pairs", "grams", SENTENCES)}
    return {block: float(scale) for block, scale in given.items() if scale}


def widened(weights: Floats, used: npt.NDArray[np.int64], width: int) -> csc_matrix:
    """Labels × used columns, put back to their places among `width` columns."""
    narrow = csc_matrix(weights)
    starts = np.zeros(width + 1, dtype=np.int64)
    starts[used + 1] = np.diff(narrow.indptr)
    return csc_matrix((narrow.data, narrow.indices, np.cumsum(starts)), shape=(len(weights), width))


def _stacked(data: TrainingData, scales: Mapping[str, float], use: Flags) -> csr_matrix:
    return stacked({block: data.features[block][use] for block in scales}, scales)


def _start(
    start: FittedHead | None,
    scales: Mapping[str, float],
    used: npt.NDArray[np.int64],
    labels: tuple[str, ...],
) -> LinearModel | None:
    """The earlier weights on the columns that now take part; new columns begin at 0."""
    if not isinstance(start, FittedLinear) or start.labels != labels or dict(start.scales) != dict(scales):
        return None
    places = np.searchsorted(start.used, used)
    places[places == len(start.used)] = 0
    there = start.used[places] == used
    weights = np.zeros((len(labels), len(used)))
    weights[:, there] = start.model.weights[:, places[there]]
    return LinearModel(weights, start.model.bias)


def _terms_space(trial: Trial) -> Params:
    """Hinge only: the multinomial loss is no better and many times slower (docs/benchmarks.md)."""
    return {
        "loss": "hinge",
        "c": trial.suggest_float("c", 0.05, 2.0, log=True),
        "words": 1.0,
        "pairs": trial.suggest_categorical("pairs", [0.0, 0.5, 1.0]),
        "grams": trial.suggest_categorical("grams", [0.0, 0.5, 1.0, 1.5]),
        "balance": trial.suggest_categorical("balance", [0.5, 1.0]),
    }


def _sentences_space(trial: Trial) -> Params:
    return {**_SENTENCES, "c": trial.suggest_float("c", 1.0, 100.0, log=True)}


def _both_space(trial: Trial) -> Params:
    return {**_terms_space(trial), SENTENCES: trial.suggest_categorical(SENTENCES, [0.6, 1.0, 1.5])}


_TERMS: Params = {"loss": "hinge", "c": 0.3, "balance": 1.0, "words": 1.0, "pairs": 0.0, "grams": 1.0}
_SENTENCES: Params = {"loss": "multinomial", "c": 10.0, "balance": 1.0, SENTENCES: 1.0}
TERMS = LinearCandidate("terms", ("words", "pairs", "grams"), _TERMS, _terms_space)
EMBEDDED = LinearCandidate("sentences", (SENTENCES,), _SENTENCES, _sentences_space)
BOTH = LinearCandidate(
    "terms_and_sentences", ("words", "pairs", "grams", SENTENCES), {**_TERMS, SENTENCES: 0.6}, _both_space
)
