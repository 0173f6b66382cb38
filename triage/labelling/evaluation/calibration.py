"""Calibrated probabilities from logits; fitted on rows that the model was not trained on.

On its training rows a model is nearly always right, so a calibration fitted there would make every probability too
high.


With u = logit / temperature (by language, else the common one) + bias of the label (0 if there are none):
    several labels a mail   p = sigmoid(u + offset), each label by itself (Platt 1999)
    one label a mail        p ∝ sigmoid(u + offset) (Zadrozny & Elkan 2002), or without an offset p ∝ exp(u),
                            which is temperature scaling (Guo et al. 2017)
Temperature and offset keep the order of the labels. The offset fits margins of one-against-the-rest, which a
temperature alone cannot; as it falls, sigmoid(u + offset) becomes proportional to exp(u), so that it only adds to it.
Biases reorder labels: they fit where labels are now more or less frequent than among the training rows, or than
balanced class weights assume, and are kept only where a paired bootstrap shows that macro-F1 improves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from pyspark.sql import Column
from pyspark.sql import functions as f

from triage.labelling.data.splits import TIMED
from triage.labelling.description import Calibration
from triage.labelling.evaluation.intervals import Floats
from triage.labelling.evaluation.likelihood import (
    SLOPE,
    Scale,
    Truth,
    fit_biases,
    fit_scale,
    fit_sharpness,
    inverse_link,
)
from triage.labelling.evaluation.metrics import difference

Texts = npt.NDArray[np.str_]

ROWS_OF_A_LANGUAGE = 200
"""Rows from which a language has a temperature of its own."""

SHRINKAGE_ROWS = 200
"""Weight, in rows, of the common log-temperature beside a language's own (weighted by its rows)."""


def probabilities(
    logits: Floats, calibration: Calibration, languages: Texts | None = None, *, multi: bool = False
) -> Floats:
    """Calibrated probabilities, rows × labels, from logits of that shape and each row's language.

    Without `languages` all rows take the common temperature. Rows sum to 1 unless `multi`.
    """
    biases = np.array(calibration.biases or 0.0)
    scaled = logits / _temperatures(calibration, languages, len(logits)) + biases
    return inverse_link(scaled, calibration.offset, multi=multi)


def probability_column(raw: Column, calibration: Calibration, language: Column, *, multi: bool = False) -> Column:
    """`probabilities` in Spark: from array<double> of logits to array<double>; null stays null."""
    scaled = _scaled(raw, calibration, language)
    if multi:
        return f.transform(scaled, lambda u: 1 / (1 + f.exp(-(u + (calibration.offset or 0.0)))))
    logs = f.transform(scaled, lambda u: _log_weight(u, calibration.offset))
    weights = _let(
        logs, lambda known: _let(f.array_max(known), lambda top: f.transform(known, lambda x: f.exp(x - top)))
    )
    return _let(weights, lambda known: _let(total(known), lambda whole: f.transform(known, lambda x: x / whole)))


def by_language(common: float, own: Mapping[str, float], language: Column) -> Column:
    """A language's own value where it has one."""
    value = f.lit(common)
    for code, one in sorted(own.items()):
        value = f.when(language == code, f.lit(one)).otherwise(value)
    return value


def fit_calibration(
    logits: Floats,
    truth: Truth,
    languages: Texts | None = None,
    *,
    multi: bool = False,
    may_reorder: bool = False,
) -> Calibration:
    """The calibration with the smallest negative log-likelihood of `truth`, from logits of held-out rows.

    A language with ROWS_OF_A_LANGUAGE rows or more gets a temperature of its own, drawn towards the common one
    (SHRINKAGE_ROWS). An offset is kept where it improves the likelihood more than chance does. With `may_reorder`, so
    are biases where, fitted on every other row and measured on the rest, both ways round, the lower bound of the
    gain in macro-F1 is above 0 (paired bootstrap, 95 %). Without rows it is the identity.

    The rows should resemble the mail to come: where mail has dates the newest (`newest`), because labels' shares and
    wording drift over the years.
    """
    if len(logits) == 0:
        return Calibration()
    scale = fit_scale(logits, truth, multi=multi)
    if may_reorder and _biases_help(logits, truth, scale, multi=multi):
        scale = fit_biases(logits, truth, scale, multi=multi)
    codes, counts = np.unique([] if languages is None else languages, return_counts=True)
    own = {
        str(code): _temperature(logits[languages == code], truth[languages == code], scale, multi=multi)
        for code in codes[counts >= ROWS_OF_A_LANGUAGE]
    }
    return Calibration(
        temperature=float(np.exp(-scale.sharpness)),
        by_language=own,
        offset=scale.offset,
        biases=tuple(scale.biases.tolist()) if scale.biases.any() else (),
    )


def newest(sent_at: Floats, share: float = 0.2, least: int = 400) -> npt.NDArray[np.bool_]:
    """The newest rows by their time [n], a share of all but no fewer than `least`.

    All where most times are missing (NaN).
    """
    known = np.isfinite(sent_at)
    if len(sent_at) <= least or known.mean() < TIMED:
        return np.ones(len(sent_at), dtype=np.bool_)
    count = max(least, round(share * len(sent_at)))
    chosen = np.zeros(len(sent_at), dtype=np.bool_)
    chosen[np.argsort(np.where(known, sent_at, -np.inf), kind="stable")[-count:]] = True
    return chosen


def _biases_help(logits: Floats, truth: Truth, scale: Scale, *, multi: bool) -> bool:
    even = np.arange(len(logits)) % 2 == 0
    if min(even.sum(), (~even).sum()) < logits.shape[1]:
        return False
    before = inverse_link(scale.scaled(logits), scale.offset, multi=multi)
    after = np.empty_like(before)
    for half, rest in ((even, ~even), (~even, even)):
        found = fit_biases(logits[half], truth[half], scale, multi=multi)
        after[rest] = inverse_link(found.scaled(logits[rest]), found.offset, multi=multi)
    if multi:
        return difference(truth.astype(np.bool_), after >= 0.5, before >= 0.5).macro_f1.low > 0
    names = np.arange(logits.shape[1]).astype(np.str_)
    gained = difference(names[truth], names[after.argmax(axis=1)], names[before.argmax(axis=1)])
    return gained.macro_f1.low > 0


def _temperature(logits: Floats, truth: Truth, common: Scale, *, multi: bool) -> float:
    """The temperature of a language's rows, drawn towards the common one."""
    own, _ = fit_sharpness(logits, truth, common, multi=multi)
    share = len(logits) / (len(logits) + SHRINKAGE_ROWS)
    return float(np.exp(-(share * own.sharpness + (1 - share) * common.sharpness)))


def _temperatures(calibration: Calibration, languages: Texts | None, rows: int) -> Floats:
    """One a row, as a column."""
    if languages is None:
        return np.full((rows, 1), calibration.temperature)
    codes, of_row = np.unique(languages, return_inverse=True)
    return np.array([calibration.of(str(code)) for code in codes])[of_row][:, None]


def _scaled(raw: Column, calibration: Calibration, language: Column) -> Column:
    temperature = by_language(calibration.temperature, calibration.by_language, language)
    if not calibration.biases:
        return f.transform(raw, lambda logit: logit / temperature)
    biases = f.array(*(f.lit(bias) for bias in calibration.biases))
    return f.zip_with(raw, biases, lambda logit, bias: logit / temperature + bias)


def _log_weight(scaled: Column, offset: float | None) -> Column:
    """`likelihood.log_weights` in Spark."""
    if offset is None:
        return scaled
    u = scaled + offset
    return f.least(u, f.lit(0.0)) - f.log1p(f.exp(-f.abs(u))) + SLOPE * scaled


def _let(value: Column, use: Callable[[Column], Column]) -> Column:
    """`use(value)` with the value computed once; written out, it would be computed anew for every label."""
    return f.transform(f.array(value), use)[0]


def total(values: Column) -> Column:
    """The sum of an array."""
    return f.aggregate(values, f.lit(0.0), lambda so_far, value: so_far + value)
