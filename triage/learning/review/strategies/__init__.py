"""The strategies of active learning, a line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from triage.learning.review.strategies.badge import badge
from triage.learning.review.strategies.clusters import cluster_margin
from triage.learning.review.strategies.pool import Ints, Pool
from triage.learning.review.strategies.scores import by_score, cost, density, entropy, margin

Strategy = Callable[[Pool, int, np.random.Generator], Ints]
"""Chooses `count` rows of a pool (all where it has fewer), the most valuable first."""


def random(pool: Pool, count: int, rng: np.random.Generator) -> Ints:
    """Rows drawn at random, without replacement."""
    return np.asarray(rng.permutation(pool.rows)[:count], dtype=np.int64)


STRATEGIES: Mapping[str, Strategy] = {
    "random": random,
    "cost": by_score(cost),
    "margin": by_score(margin),
    "entropy": by_score(entropy),
    "density": by_score(density),
    "cluster_margin": cluster_margin,
    "badge": badge,
}
"""By the name in `learning.review.strategy`."""
