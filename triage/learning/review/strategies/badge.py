"""BADGE: mails whose gradients are long and point in different directions (Ash et al. 2020)."""

from __future__ import annotations

import numpy as np

from triage.learning.review.strategies.pool import Floats, Ints, Pool


def badge(pool: Pool, count: int, rng: np.random.Generator) -> Ints:
    """k-means++ (Arthur & Vassilvitskii 2007) over the gradients of the loss at the most probable label.

    The gradient of a linear head is the outer product of the error, probabilities less the label, and the terms; those
    of several heads stand side by side. The product of two gradients is that of their errors times that of their
    terms, so none is ever written out.
    """
    errors = np.hstack([_errors(p) * pool.weights[:, [head]] for head, p in enumerate(pool.probabilities)])
    lengths = (errors**2).sum(axis=1) * np.asarray(pool.vectors.multiply(pool.vectors).sum(axis=1)).ravel()
    chosen: list[int] = []
    distances = lengths.copy()
    while len(chosen) < min(count, pool.rows):
        chosen.append(_next(distances, chosen, rng))
        distances = np.minimum(distances, _distances(pool, errors, lengths, chosen[-1]))
    return np.array(chosen, dtype=np.int64)


def _errors(probabilities: Floats) -> Floats:
    errors = probabilities.copy()
    errors[np.arange(len(errors)), errors.argmax(axis=1)] -= 1
    return errors


def _next(distances: Floats, chosen: list[int], rng: np.random.Generator) -> int:
    """The longest gradient first, then one by its squared distance to those chosen; any where all are the same."""
    if not chosen:
        return int(distances.argmax())
    open_ones = distances.copy()
    open_ones[chosen] = 0
    if open_ones.sum() <= 0:
        open_ones = np.ones(len(distances))
        open_ones[chosen] = 0
    return int(rng.choice(len(distances), p=open_ones / open_ones.sum()))


def _distances(pool: Pool, errors: Floats, lengths: Floats, row: int) -> Floats:
    """The squared distance of each gradient to that of `row`."""
    cosines = np.asarray((pool.vectors @ pool.vectors[row].T).todense()).ravel()
    return np.asarray(np.maximum(0.0, lengths + lengths[row] - 2 * (errors @ errors[row]) * cosines))
