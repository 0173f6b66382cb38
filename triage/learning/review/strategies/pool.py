"""The mails of a pool as a strategy sees them: calibrated probabilities, hashed terms, costs and near-duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from triage.labelling.data.near_duplicates import group_numbers, min_hashes
from triage.mail.word_terms import HASH_BITS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ALIKE = 0.7
"""Share of equal words from which two mails are near-duplicates here.

Words are shared by mails that merely speak of one matter; the shingles of training rows are not.
"""


@dataclass(frozen=True)
class Pool:
    """Mails that may be drawn, one a row.

    `probabilities`: for each head rows × labels, each row adds up to 1. `weights`: rows × heads, what an error costs
    (0 where the head is not asked about). `vectors`: rows × terms of length 1 (`term_vectors`). `groups`: the number
    of each mail's near-duplicates (`near_duplicates`).
    """

    probabilities: tuple[Floats, ...]
    weights: Floats
    vectors: csr_matrix
    groups: Ints

    @property
    def rows(self) -> int:
        """Number of mails."""
        return len(self.weights)

    def part(self, rows: Ints) -> Pool:
        """The pool of some of its mails."""
        own = tuple(of_head[rows] for of_head in self.probabilities)
        return Pool(own, self.weights[rows], self.vectors[rows], self.groups[rows])


def term_vectors(terms: Sequence[Sequence[int]]) -> csr_matrix:
    """Rows × 2^HASH_BITS: the mails' distinct hashed terms, weighted by inverse document frequency, of length 1.

    The weight of a term is 1 + ln((1 + mails) / (1 + mails with it)), as scikit-learn smooths it. A mail without terms
    is a row of zeros.
    """
    lengths = np.fromiter((len(own) for own in terms), dtype=np.int64, count=len(terms))
    places = np.fromiter((term for own in terms for term in own), dtype=np.int64, count=int(lengths.sum()))
    counts = np.bincount(places, minlength=1 << HASH_BITS)
    weights = 1 + np.log((1 + len(terms)) / (1 + counts))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    found = csr_matrix((weights[places], places, starts), shape=(len(terms), 1 << HASH_BITS))
    squares = np.asarray(found.multiply(found).sum(axis=1)).ravel()
    scale = np.repeat(1 / np.sqrt(np.maximum(squares, 1e-12)), lengths)
    return csr_matrix((found.data * scale, found.indices, found.indptr), shape=found.shape)


def near_duplicates(terms: Sequence[Sequence[int]]) -> Ints:
    """The number of each mail's group; mails whose terms are nearly the same share it, joined transitively.

    MinHash over the hashed terms (triage.labelling.data.near_duplicates). A term's hash has few bits, so it is mixed to
    64 first: the orders of a multiplication are only as random as what they multiply.
    """
    hashes = min_hashes([_mixed(own) for own in terms])
    return group_numbers(np.zeros(len(terms), dtype=np.int64), hashes, ALIKE)


def _mixed(terms: Sequence[int]) -> Ints:
    """The finalizer of SplitMix64 (Steele, Lea & Flood 2014)."""
    mixed = np.asarray(terms, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((mixed ^ (mixed >> np.uint64(31))).view(np.int64))


def one_a_group(order: Ints, groups: Ints, count: int) -> Ints:
    """The first `count` of an order, where mails of a group that is taken already come after all others."""
    _, first = np.unique(groups[order], return_index=True)
    is_first = np.zeros(len(order), dtype=np.bool_)
    is_first[first] = True
    return np.concatenate([order[is_first], order[~is_first]])[:count]
