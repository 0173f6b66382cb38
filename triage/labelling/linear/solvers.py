"""Solvers of linear models on the driver: from sparse features and truth to one weight vector a label."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ITERATIONS = 300
"""Of a solver, at most."""

TOLERANCE = 1e-3
"""Largest gradient at which the logistic and the warm-started solvers stop."""

_CERTAIN = 10.0
"""Bias of a label that all rows have, or none."""


@dataclass(frozen=True)
class LinearModel:
    """Labels × features and one bias a label: logits are features · weights' + bias."""

    weights: Floats
    bias: Floats

    def logits(self, features: csr_matrix) -> Floats:
        """Rows × labels."""
        return np.asarray(features @ self.weights.T) + self.bias


def fit_linear_model(
    features: csr_matrix,
    truth: Flags,
    *,
    loss: str,
    c: float,
    balance: float,
    seed: int,
    start: LinearModel | None = None,
    weight: Floats | None = None,
) -> LinearModel:
    """A linear model with one weight vector a label; `truth` is rows × labels.

    `loss` is `hinge` (squared hinge, one label against the rest, Fan et al. 2008) or `multinomial` (Böhning 1992); `c`
    is the inverse of the L2 regularization in scikit-learn's meaning. `balance` is the power of how much rarer than the
    mean a label is by which its rows are weighted: with 0 all rows weigh the same, with 1 all labels. A row's loss is
    multiplied by its `weight`, 1 without it; a label is then as rare as the weight of its rows. With `start`, the hinge
    loss is minimized from there. One thread adds in one order, so that equal input gives equal bytes; but liblinear's
    random numbers belong to the process, so hinge fits that run at once in threads differ within the tolerance.
    """
    with threadpool_limits(limits=1):
        if start is not None and loss == "hinge":
            return _hinge_from(features, truth, c, balance, start, weight)
        return _LOSSES[loss](features, truth, c, balance, seed, weight)


def _hinge(
    features: csr_matrix, truth: Flags, c: float, balance: float, seed: int, weight: Floats | None
) -> LinearModel:
    own = label_weights(truth, balance, weight)
    fits = [_one_against_rest(features, truth[:, k], c, own[k], seed, weight) for k in range(truth.shape[1])]
    return LinearModel(np.vstack([vector for vector, _ in fits]), np.array([bias for _, bias in fits]))


def _one_against_rest(
    features: csr_matrix, positive: Flags, c: float, own: float, seed: int, weight: Floats | None
) -> tuple[Floats, float]:
    if positive.all() or not positive.any() or features.shape[1] == 0:
        return np.zeros(features.shape[1]), 1.0 if positive.mean() > 0.5 else -1.0
    model = LinearSVC(C=c, class_weight={1: own, 0: 1.0}, random_state=seed)
    model.fit(features, positive.astype(np.int8), sample_weight=weight)
    return np.asarray(model.coef_[0]), float(model.intercept_[0])


def label_weights(truth: Flags, balance: float, weight: Floats | None = None) -> Floats:
    """Weight of each label's own rows against the rest; rows count by `weight`, 1 without it."""
    counted = np.ones(len(truth)) if weight is None else weight
    return np.asarray((counted.sum() / (truth.shape[1] * np.maximum(1, counted @ truth))) ** balance)


def _multinomial(
    features: csr_matrix, truth: Flags, c: float, balance: float, seed: int, weight: Floats | None
) -> LinearModel:
    labels = np.flatnonzero(truth.any(axis=0))
    if len(labels) < 2 or features.shape[1] == 0:
        bias = np.where(truth.sum(axis=0) == truth.sum(axis=0).max(), _CERTAIN, -_CERTAIN)
        return LinearModel(np.zeros((truth.shape[1], features.shape[1])), bias)
    class_weight = dict(enumerate(label_weights(truth, balance, weight)))
    model = LogisticRegression(C=c, class_weight=class_weight, max_iter=ITERATIONS, tol=TOLERANCE, random_state=seed)
    model.fit(features, truth.argmax(axis=1), sample_weight=weight)
    weights, bias = np.asarray(model.coef_), np.asarray(model.intercept_)
    if len(model.classes_) == 2:
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    whole = LinearModel(np.zeros((truth.shape[1], features.shape[1])), np.full(truth.shape[1], -_CERTAIN))
    whole.weights[model.classes_], whole.bias[model.classes_] = weights, bias
    return whole


def _hinge_from(
    features: csr_matrix, truth: Flags, c: float, balance: float, start: LinearModel, weight: Floats | None
) -> LinearModel:
    """The objective of `_hinge`, minimized label by label with L-BFGS (Liu & Nocedal 1989) from `start`.

    It is convex, so `start` changes how long it takes and not, within the tolerance, what is found.
    """
    own, transposed = label_weights(truth, balance, weight), features.T.tocsr()
    rows = np.ones(len(truth)) if weight is None else weight
    vectors = [
        _minimize_hinge(
            features,
            transposed,
            truth[:, k],
            rows * np.where(truth[:, k], c * own[k], c),
            np.append(start.weights[k], start.bias[k]),
        )
        for k in range(truth.shape[1])
    ]
    found = np.vstack(vectors)
    return LinearModel(found[:, :-1], found[:, -1])


def _minimize_hinge(
    features: csr_matrix, transposed: csr_matrix, positive: Flags, costs: Floats, begin: Floats
) -> Floats:
    """Weights and bias (last) that minimize half their squared length plus each row's cost times its squared hinge."""
    signs = np.where(positive, 1.0, -1.0)

    def objective(point: Floats) -> tuple[float, Floats]:
        short = np.maximum(0.0, 1 - signs * (features @ point[:-1] + point[-1]))
        slope = -2 * costs * short * signs
        gradient = point + np.append(transposed @ slope, slope.sum())
        return 0.5 * float(point @ point) + float(costs @ short**2), gradient

    found = minimize(
        objective,
        begin,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": ITERATIONS, "ftol": 1e-6, "gtol": TOLERANCE},
    )
    return np.asarray(found.x)


_LOSSES: Mapping[str, Callable[[csr_matrix, Flags, float, float, int, Floats | None], LinearModel]] = {
    "hinge": _hinge,
    "multinomial": _multinomial,
}
