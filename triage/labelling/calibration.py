"""Probabilities that mean what they say, from logits: fitted on rows that the model did not learn from.

With u = logit / temperature (by language, else the common one):
    several labels a mail   p = sigmoid(u + offset), each label by itself (Platt 1999)
    one label a mail        p ∝ sigmoid(u + offset) (Zadrozny & Elkan 2002), or without an offset p ∝ exp(u),
                            which is temperature scaling (Guo et al. 2017)
Both keep the order of the labels. The offset fits margins of one-against-the-rest and balanced class weights, which a
temperature alone cannot; as it falls, sigmoid(u + offset) becomes proportional to exp(u), so that it only adds to it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from pyspark.sql import Column
from pyspark.sql import functions as f
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_expit, log_softmax, softmax
from scipy.stats import chi2

from triage.labelling.description import Calibration
from triage.labelling.intervals import Floats, Ints

Texts = npt.NDArray[np.str_]
Truth = Ints | npt.NDArray[np.bool_]
"""Each row's column [n], or 0/1 flags [n × labels] where a mail may have several labels."""

ROWS_OF_A_LANGUAGE = 200
"""From which on a language has a temperature of its own."""

SHRINKAGE_ROWS = 200
"""A language's log-temperature is the mean of its own, weighted by its rows, and of the common one, weighted by this."""

SLOPE = 0.01
"""Share of exp(u) beside the sigmoid, which keeps labels in order where the sigmoid is 1 for all of them."""

_LOG_SHARPNESS = (-6.0, 6.0)
"""Bounds of -log(temperature)."""

_OFFSET = (-10.0, 20.0)
"""Bounds of the offset; at -10 it makes no difference to temperature scaling any more."""

_SURE = 0.99
"""Level of the likelihood-ratio test that an offset has to pass."""


def probabilities(
    logits: Floats, calibration: Calibration, languages: Texts | None = None, *, multi: bool = False
) -> Floats:
    """Calibrated probabilities, rows × labels, from logits of that shape and each row's language.

    Without `languages` all rows take the common temperature. Rows sum to 1 unless `multi`.
    """
    temperature = _temperatures(calibration, languages, len(logits))
    return _probabilities(logits / temperature, calibration.offset, multi=multi)


def calibrated(raw: Column, calibration: Calibration, language: Column, *, multi: bool = False) -> Column:
    """`probabilities` in Spark: from array<double> of logits to array<double>; null stays null."""
    temperature = f.lit(calibration.temperature)
    for code, own in sorted(calibration.by_language.items()):
        temperature = f.when(language == code, f.lit(own)).otherwise(temperature)
    scaled = f.transform(raw, lambda logit: logit / temperature)
    if multi:
        return f.transform(scaled, lambda u: 1 / (1 + f.exp(-(u + (calibration.offset or 0.0)))))
    logs = f.transform(scaled, lambda u: _log_weight_column(u, calibration.offset))
    weights = _let(
        logs, lambda known: _let(f.array_max(known), lambda top: f.transform(known, lambda x: f.exp(x - top)))
    )
    return _let(
        weights, lambda known: _let(_sum(known), lambda total: f.transform(known, lambda x: x / total))
    )


def fit_calibration(
    logits: Floats,
    truth: Truth,
    languages: Texts | None = None,
    *,
    multi: bool = False,
) -> Calibration:
    """The calibration with the smallest negative log-likelihood of `truth`, from logits of rows held back.

    A language with ROWS_OF_A_LANGUAGE rows
    or more gets a temperature of its own, drawn towards the common one (SHRINKAGE_ROWS). Targets are smoothed as Platt
    (1999) does, so that rows without an error do not lead to certainty. An offset is kept where it improves the
    likelihood more than chance does (likelihood-ratio test). Without rows nothing is changed.
    """
    if len(logits) == 0:
        return Calibration()
    common, offset = _common(logits, truth, multi=multi)
    codes, counts = np.unique([] if languages is None else languages, return_counts=True)
    own = {
        str(code): _of_language(
            logits[languages == code], truth[languages == code], common, offset, multi=multi
        )
        for code in codes[counts >= ROWS_OF_A_LANGUAGE]
    }
    return Calibration(temperature=float(np.exp(-common)), offset=offset, by_language=own)


def _probabilities(scaled: Floats, offset: float | None, *, multi: bool) -> Floats:
    if multi:
        return np.asarray(expit(scaled + (offset or 0.0)))
    return np.asarray(softmax(_log_weights(scaled, offset), axis=1))


def _log_weights(scaled: Floats, offset: float | None) -> Floats:
    """Logarithms of what the probabilities are proportional to, one label a mail."""
    return scaled if offset is None else np.asarray(log_expit(scaled + offset) + SLOPE * scaled)


def _log_weight_column(scaled: Column, offset: float | None) -> Column:
    if offset is None:
        return scaled
    u = scaled + offset
    return f.least(u, f.lit(0.0)) - f.log1p(f.exp(-f.abs(u))) + SLOPE * scaled


def _let(value: Column, use: Callable[[Column], Column]) -> Column:
    """`use(value)` with the value computed once; written out, it would be computed anew for every label."""
    return f.transform(f.array(value), use)[0]


def _sum(values: Column) -> Column:
    return f.aggregate(values, f.lit(0.0), lambda so_far, value: so_far + value)


def _temperatures(calibration: Calibration, languages: Texts | None, rows: int) -> Floats:
    """One a row, as a column."""
    if languages is None:
        return np.full((rows, 1), calibration.temperature)
    codes, of_row = np.unique(languages, return_inverse=True)
    return np.array([calibration.of(str(code)) for code in codes])[of_row][:, None]


def _loss(logits: Floats, truth: Truth, offset: float | None, *, multi: bool) -> Callable[[float], float]:
    """Mean negative log-likelihood as a function of -log(temperature)."""
    doubt = 1 / (len(logits) + 2)
    place = np.arange(len(logits))

    def single(sharpness: float) -> float:
        logs = log_softmax(_log_weights(logits * np.exp(sharpness), offset), axis=1)
        return -float(((1 - doubt) * logs[place, truth] + doubt * logs.mean(axis=1)).mean())

    def several(sharpness: float) -> float:
        scaled = logits * np.exp(sharpness) + (offset or 0.0)
        target = np.where(truth, 1 - doubt / 2, doubt / 2)
        return -float((target * log_expit(scaled) + (1 - target) * log_expit(-scaled)).sum(axis=1).mean())

    return several if multi else single


def _sharpest(logits: Floats, truth: Truth, offset: float | None, *, multi: bool) -> tuple[float, float]:
    """-log(temperature) with the smallest loss, and that loss."""
    loss = _loss(logits, truth, offset, multi=multi)
    found = minimize_scalar(loss, bounds=_LOG_SHARPNESS, method="bounded", options={"xatol": 1e-4})
    return float(found.x), float(found.fun)


def _common(logits: Floats, truth: Truth, *, multi: bool) -> tuple[float, float | None]:
    """-log(temperature) and the offset for all languages."""
    plain, without = _sharpest(logits, truth, None, multi=multi)

    def loss(point: Floats) -> float:
        sharpness = float(np.clip(point[0], *_LOG_SHARPNESS))
        return _loss(logits, truth, float(np.clip(point[1], *_OFFSET)), multi=multi)(sharpness)

    start = [[plain, 0.0], [plain + 0.5, 0.0], [plain, 2.0]]
    found = minimize(
        loss, start[0], method="Nelder-Mead", options={"initial_simplex": start, "xatol": 1e-3, "fatol": 1e-7}
    )
    if 2 * len(logits) * (without - found.fun) < chi2.ppf(_SURE, df=1):
        return plain, None
    return float(np.clip(found.x[0], *_LOG_SHARPNESS)), float(np.clip(found.x[1], *_OFFSET))


def _of_language(logits: Floats, truth: Truth, common: float, offset: float | None, *, multi: bool) -> float:
    """The temperature of a language's rows, drawn towards the common -log(temperature)."""
    own, _ = _sharpest(logits, truth, offset, multi=multi)
    share = len(logits) / (len(logits) + SHRINKAGE_ROWS)
    return float(np.exp(-(share * own + (1 - share) * common)))
