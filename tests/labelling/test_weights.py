"""TF-IDF weights on the driver."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from triage.labelling.weights import rarity, weighed

COUNTS = [[1.0, 2.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [3.0, 0.0, 0.0, 0.0]]


def test_rarity_leaves_out_terms_of_one_row() -> None:
    weights, frequency = rarity(csr_matrix(COUNTS))
    assert frequency.tolist() == [2, 2, 1, 0]
    np.testing.assert_allclose(weights, [np.log(4 / 3), np.log(4 / 3), 0, 0])


def test_rows_have_length_one() -> None:
    found = weighed(csr_matrix(COUNTS), np.array([1.0, 1.0, 0.0, 0.0])).toarray()
    np.testing.assert_allclose(found, [[0.2**0.5, 0.8**0.5, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]])


def test_weighing_leaves_the_counts_as_they_are() -> None:
    counts = csr_matrix(COUNTS)
    weighed(counts, np.array([1.0, 1.0, 0.0, 0.0]))
    assert counts.toarray().tolist() == COUNTS
