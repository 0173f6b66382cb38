"""New clusters: what nobody has seen, and no outliers."""

from __future__ import annotations

import numpy as np
import pytest

from triage.learning.review.drawing.clusters import new_clusters
from triage.learning.review.strategies.pool import term_vectors

TOPICS = ([1, 2, 3, 4, 5], [11, 12, 13, 14, 15], [21, 22, 23, 24, 25])


def mails(*sizes: int) -> list[list[int]]:
    """Mails of each topic, each with a word of its own."""
    return [[*TOPICS[topic], 1000 * (topic + 1) + n] for topic, size in enumerate(sizes) for n in range(size)]


@pytest.mark.parametrize(
    ("sizes", "seen", "count", "topics"),
    [
        pytest.param((6, 4, 3), [], 5, [0, 1, 2], id="the largest first"),
        pytest.param((6, 4, 3), [TOPICS[0]], 5, [1, 2], id="what people saw is not new"),
        pytest.param((6, 4, 2), [], 5, [0, 1], id="two mails are no cluster"),
        pytest.param((6, 4, 3), [], 1, [0], id="no more than asked for"),
        pytest.param((6, 4, 3), [], 0, [], id="none"),
        pytest.param((), [TOPICS[0]], 5, [], id="no mails"),
    ],
)
def test_one_mail_of_each_new_cluster(
    sizes: tuple[int, ...], seen: list[list[int]], count: int, topics: list[int]
) -> None:
    given = mails(*sizes)
    found = new_clusters(term_vectors(given), given, seen, count, np.random.default_rng(3))
    assert [given[row][-1] // 1000 - 1 for row in found] == topics
