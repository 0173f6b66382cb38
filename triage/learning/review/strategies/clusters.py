"""Cluster-margin: the least certain mails, spread over clusters of like mails (Citovsky et al. 2021)."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from triage.learning.review.strategies.pool import Ints, Pool
from triage.learning.review.strategies.scores import margin

CANDIDATES = 10
"""Least certain mails that are clustered, as a multiple of those drawn; the paper has 10 for batches like ours."""

DIMENSIONS = 32
"""Dimensions that the terms are reduced to before they are clustered (latent semantic analysis)."""


def cluster_margin(pool: Pool, count: int, rng: np.random.Generator) -> Ints:
    """Clusters the least certain mails and takes one of each in turn, the smallest cluster first.

    Clusters are k-means over reduced terms, half as many as mails are drawn; the paper's average linkage needs all
    pairs.
    """
    shuffled = rng.permutation(pool.rows)
    order = shuffled[np.argsort(-margin(pool)[shuffled], kind="stable")][: CANDIDATES * count]
    return order[_round_robin(clusters(pool.part(order), max(2, count // 2), rng))[:count]]


def clusters(pool: Pool, wanted: int, rng: np.random.Generator) -> Ints:
    """The number of each mail's cluster."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD

    used = np.unique(pool.vectors.indices)
    dimensions = min(DIMENSIONS, len(used) - 1, pool.rows - 1)
    if dimensions < 1 or wanted >= pool.rows:
        return np.arange(pool.rows, dtype=np.int64)
    seed = int(rng.integers(2**31))
    reduced = TruncatedSVD(dimensions, random_state=seed).fit_transform(pool.vectors[:, used])
    return np.asarray(KMeans(wanted, n_init=1, random_state=seed).fit_predict(reduced), dtype=np.int64)


def _round_robin(numbers: Ints) -> Ints:
    """Places in the order of taking one of each cluster in turn; within a cluster the order stays."""
    members: dict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(numbers):
        members[int(number)].append(place)
    by_size = sorted(members.values(), key=len)
    turns = [(turn, size, place) for size, own in enumerate(by_size) for turn, place in enumerate(own)]
    return np.array([place for _, _, place in sorted(turns)], dtype=np.int64)
