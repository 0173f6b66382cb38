"""New clusters: groups of like mails of which people saw none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from triage.learning.review.strategies.pool import Floats, Ints, term_vectors

KNOWN = 0.3
"""Cosine of the weighted terms from which a mail is like one that people saw."""

ALIKE = 0.3
"""Cosine from which two mails are of one cluster."""

FEWEST = 3
"""Mails of a cluster at least; fewer are outliers, from which little is learnt."""

MOST = 2_000
"""Mails that are compared with each other, drawn at random where there are more, since all pairs are looked at."""


def new_clusters(
    vectors: csr_matrix,
    terms: Sequence[Sequence[int]],
    seen: Sequence[Sequence[int]],
    count: int,
    rng: np.random.Generator,
) -> Ints:
    """Rows of mails in new clusters, one a cluster, the largest cluster first; at most `count`.

    Each next mail is the one with the most like mails that are not covered yet: the greedy cover of ProbCover (Yehuda
    et al. 2022), which covers at least 1 - 1/e of what the best choice does (Nemhauser et al. 1978).
    """
    if count < 1:
        return np.array([], dtype=np.int64)
    rows = np.flatnonzero(_strangeness(terms, seen) if seen else np.ones(len(terms), dtype=np.bool_))
    if len(rows) > MOST:
        rows = np.sort(rng.choice(rows, MOST, replace=False))
    own = vectors[rows]
    alike = (own @ own.T >= ALIKE).tocsr().astype(np.int32)
    return rows[_cover(alike, count)]


def _strangeness(terms: Sequence[Sequence[int]], seen: Sequence[Sequence[int]]) -> np.ndarray:
    """Whether each mail is unlike all that people saw."""
    vectors = term_vectors([*terms, *seen])
    known = vectors[len(terms) :].T.tocsc()
    nearest: Floats = np.zeros(len(terms))
    for start in range(0, len(terms), MOST):  # a slice at a time: the product is nearly dense
        part = vectors[start : min(start + MOST, len(terms))] @ known
        nearest[start : start + MOST] = np.asarray(part.max(axis=1).todense()).ravel()
    return nearest < KNOWN


def _cover(alike: csr_matrix, count: int) -> Ints:
    """Rows of a symmetric matrix of who is like whom, chosen greedily by what they newly cover."""
    left = np.ones(alike.shape[0], dtype=np.int32)
    chosen: list[int] = []
    while len(chosen) < count:
        gains = alike @ left
        best = int(gains.argmax()) if len(gains) else 0
        if not len(gains) or gains[best] < FEWEST:
            break
        chosen.append(best)
        left[alike.indices[alike.indptr[best] : alike.indptr[best + 1]]] = 0
    return np.array(chosen, dtype=np.int64)
