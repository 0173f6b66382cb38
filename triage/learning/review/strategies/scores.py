"""Strategies that give each mail a score of its own: expected cost, margin, entropy, and entropy by density."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from triage.learning.review.strategies.pool import Floats, Ints, Pool, one_a_group

Score = Callable[[Pool], Floats]
"""One figure a mail; the highest is drawn first."""


def by_score(score: Score) -> Callable[[Pool, int, np.random.Generator], Ints]:
    """The strategy that draws the highest scores, one of each group of near-duplicates first; ties at random."""

    def choose(pool: Pool, count: int, rng: np.random.Generator) -> Ints:
        shuffled = rng.permutation(pool.rows)
        order = shuffled[np.argsort(-score(pool)[shuffled], kind="stable")]
        return one_a_group(order, pool.groups, count)

    return choose


def cost(pool: Pool) -> Floats:
    """Expected cost of errors: for each head its cost times its probability, 1 less that of the most probable label.

    Least confidence (Lewis & Gale 1994) where all errors cost the same.
    """
    return _total(pool, doubts(pool, lambda p: 1 - p.max(axis=1)))


def margin(pool: Pool) -> Floats:
    """Cost of an error times 1 less the distance of the two most probable labels (Scheffer et al. 2001)."""
    return _total(pool, margin_doubts(pool))


def margin_doubts(pool: Pool) -> Floats:
    """Rows × heads: 1 less how much more probable the best label is than the second."""
    return doubts(pool, _closeness)


def entropy(pool: Pool) -> Floats:
    """Cost of an error times the entropy of the labels in nats (Shannon 1948; Settles 2009)."""
    return _total(pool, doubts(pool, lambda p: -(p * np.log(np.clip(p, 1e-12, 1))).sum(axis=1)))


def density(pool: Pool) -> Floats:
    """Entropy times the mean similarity to the pool, which holds outliers back (Settles & Craven 2008).

    The mean cosine to all rows is the cosine to their sum, since all have length 1.
    """
    mean = np.asarray(pool.vectors.mean(axis=0)).ravel()
    return np.asarray(entropy(pool) * (pool.vectors @ mean))


def doubts(pool: Pool, doubt: Callable[[Floats], Floats]) -> Floats:
    """Rows × heads: a figure of each head's probabilities."""
    return np.stack([doubt(of_head) for of_head in pool.probabilities], axis=1)


def _closeness(p: Floats) -> Floats:
    best = np.sort(p, axis=1)
    return np.asarray(1 - (best[:, -1] - best[:, -2]))


def _total(pool: Pool, found: Floats) -> Floats:
    """The weighted sum over heads: reading a mail is most of the work, so its heads are answered together."""
    return np.asarray((pool.weights * found).sum(axis=1))
