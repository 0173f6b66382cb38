"""Fits of calibration by maximum likelihood; calibration.py states the forms of the probabilities."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_expit, log_softmax, softmax
from scipy.stats import chi2

from triage.labelling.evaluation.intervals import Floats, Ints

Truth = Ints | npt.NDArray[np.bool_]
"""Each row's column [n], or 0/1 flags [n × labels] where a mail may have several labels."""

SMALLEST = 1e-12
"""Lower bound of a probability, so that its logarithm stays finite."""

SLOPE = 0.01
"""Share of u beside log sigmoid(u + offset), which keeps labels in order where the sigmoid is 1 for all of them."""

_SHARPNESS = (-6.0, 6.0)
_OFFSET = (-10.0, 20.0)
"""At -10 it makes no difference to temperature scaling any more."""

_RIDGE = 1.0
"""Biases are drawn to 0 as by a normal prior of variance 1."""

_SURE = 0.99
"""Level of the likelihood-ratio test (Wilks 1938, one degree of freedom) that an offset has to pass."""


@dataclass(frozen=True, slots=True)
class Scale:
    """u = logit · exp(sharpness) + biases; `sharpness` is -log(temperature), `biases` one a label."""

    sharpness: float
    offset: float | None
    biases: Floats

    def scaled(self, logits: Floats) -> Floats:
        """u, rows × labels."""
        return np.asarray(logits * np.exp(self.sharpness) + self.biases)


def log_weights(scaled: Floats, offset: float | None) -> Floats:
    """Logarithms of what the probabilities are proportional to, one label a mail."""
    return scaled if offset is None else np.asarray(log_expit(scaled + offset) + SLOPE * scaled)


def inverse_link(scaled: Floats, offset: float | None, *, multi: bool) -> Floats:
    """Probabilities from u (rows × labels), by the inverse of the link function."""
    if multi:
        return np.asarray(expit(scaled + (offset or 0.0)))
    return np.asarray(softmax(log_weights(scaled, offset), axis=1))


def loss(scaled: Floats, truth: Truth, offset: float | None, *, multi: bool) -> float:
    """Mean negative log-likelihood.

    Targets are smoothed (Platt 1999), since rows without an error do not prove p = 1.
    """
    doubt = 1 / (len(scaled) + 2)
    if multi:
        u, target = scaled + (offset or 0.0), np.where(truth, 1 - doubt / 2, doubt / 2)
        return -float((target * log_expit(u) + (1 - target) * log_expit(-u)).sum(axis=1).mean())
    logs = log_softmax(log_weights(scaled, offset), axis=1)
    return -float(((1 - doubt) * logs[np.arange(len(logs)), truth] + doubt * logs.mean(axis=1)).mean())


def fit_sharpness(logits: Floats, truth: Truth, scale: Scale, *, multi: bool) -> tuple[Scale, float]:
    """`scale` with the sharpness of the smallest loss, offset and biases unchanged; and that loss."""

    def at(sharpness: float) -> float:
        return loss(replace(scale, sharpness=sharpness).scaled(logits), truth, scale.offset, multi=multi)

    found = minimize_scalar(at, bounds=_SHARPNESS, method="bounded", options={"xatol": 1e-4})
    return replace(scale, sharpness=float(found.x)), float(found.fun)


def fit_scale(logits: Floats, truth: Truth, *, multi: bool) -> Scale:
    """Sharpness, and an offset where it improves the likelihood more than chance does (likelihood-ratio test)."""
    none = np.zeros(logits.shape[1])
    plain, without = fit_sharpness(logits, truth, Scale(0.0, None, none), multi=multi)

    def scale(point: Floats) -> Scale:
        return Scale(float(np.clip(point[0], *_SHARPNESS)), float(np.clip(point[1], *_OFFSET)), none)

    def at(point: Floats) -> float:
        return loss(scale(point).scaled(logits), truth, scale(point).offset, multi=multi)

    start = np.array([[plain.sharpness, 0.0], [plain.sharpness + 0.5, 0.0], [plain.sharpness, 2.0]])
    found = minimize(
        at,
        start[0],
        method="Nelder-Mead",
        options={"initial_simplex": start, "xatol": 1e-3, "fatol": 1e-7},
    )
    better = 2 * len(logits) * (without - found.fun) > chi2.ppf(_SURE, df=1)
    return scale(found.x) if better else plain


def fit_biases(logits: Floats, truth: Truth, start: Scale, *, multi: bool) -> Scale:
    """Sharpness, offset and a bias a label together, from a fit without biases; the offset stays None where it was."""
    labels = logits.shape[1]
    target = truth.astype(np.float64) if multi else np.eye(labels)[truth]

    def scale(point: Floats) -> Scale:
        return Scale(float(point[0]), None if start.offset is None else float(point[1]), point[2:])

    def at(point: Floats) -> tuple[float, Floats]:
        now = scale(point)
        scaled = now.scaled(logits)
        pull, push = _gradients(scaled, target, now.offset, multi=multi)
        sharpness = (pull * logits).sum() * np.exp(now.sharpness)
        ridge = _RIDGE / len(logits)
        slope = np.concatenate([[sharpness, push], pull.sum(axis=0) + ridge * now.biases])
        penalty = ridge * float((now.biases**2).sum()) / 2
        return loss(scaled, truth, now.offset, multi=multi) + penalty, slope

    first = np.concatenate([[start.sharpness, start.offset or 0.0], np.zeros(labels)])
    bounds = [_SHARPNESS, _OFFSET] + [(-20.0, 20.0)] * labels
    found = minimize(at, first, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300})
    return scale(found.x)


def _gradients(scaled: Floats, target: Floats, offset: float | None, *, multi: bool) -> tuple[Floats, float]:
    """Of the loss (unsmoothed), by u and by the offset."""
    off = (inverse_link(scaled, offset, multi=multi) - target) / len(scaled)
    if multi or offset is None:
        return off, float(off.sum()) if offset is not None else 0.0
    rest = expit(-(scaled + offset))
    return off * (rest + SLOPE), float((off * rest).sum())
