"""What each strategy draws, on pools made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from triage.config.learning.review import ReviewSettings
from triage.learning.review.strategies import STRATEGIES
from triage.learning.review.strategies.pool import Pool, near_duplicates, one_a_group, term_vectors

RNG_SEED = 7
WORDS = [[1, 2, 3, 4], [11, 12, 13, 14], [21, 22, 23, 24], [31, 32, 33, 34]]


def rng() -> np.random.Generator:
    return np.random.default_rng(RNG_SEED)


def pool(*rows: tuple[float, ...], terms: list[list[int]] | None = None, weights: list[float] | None = None) -> Pool:
    terms = terms or [[100 * number + place for place in range(4)] for number in range(len(rows))]
    costs = np.array(weights or [1.0] * len(rows))[:, None]
    return Pool((np.array(rows),), costs, term_vectors(terms), near_duplicates(terms))


@pytest.mark.parametrize("name", list(STRATEGIES))
@pytest.mark.parametrize(("rows", "count"), [(30, 10), (5, 10), (1, 1), (3, 0)])
def test_a_strategy_draws_different_mails_as_many_as_there_are(name: str, rows: int, count: int) -> None:
    made = rng().dirichlet(np.ones(3), size=rows)
    drawn = STRATEGIES[name](pool(*map(tuple, made)), count, rng())
    assert len(drawn) == len(set(drawn.tolist())) == min(rows, count)
    assert set(drawn.tolist()) <= set(range(rows))


@pytest.mark.parametrize("name", list(STRATEGIES))
def test_the_same_random_numbers_draw_the_same_mails(name: str) -> None:
    made = pool(*map(tuple, rng().dirichlet(np.ones(3), size=40)))
    assert STRATEGIES[name](made, 10, rng()).tolist() == STRATEGIES[name](made, 10, rng()).tolist()


@pytest.mark.parametrize(
    ("name", "rows", "weights", "first"),
    [
        pytest.param("cost", [(0.9, 0.1, 0.0), (0.5, 0.25, 0.25), (0.5, 0.5, 0.0)], [1, 1.1, 1], 1, id="cost"),
        pytest.param("margin", [(0.9, 0.1, 0.0), (0.5, 0.25, 0.25), (0.5, 0.5, 0.0)], None, 2, id="margin"),
        pytest.param("entropy", [(0.9, 0.1, 0.0), (0.4, 0.3, 0.3), (0.5, 0.5, 0.0)], None, 1, id="entropy"),
        pytest.param("margin", [(0.6, 0.4, 0.0), (0.5, 0.5, 0.0)], [9.0, 1.0], 0, id="what is dear goes first"),
    ],
)
def test_a_score_puts_the_least_certain_first(
    name: str, rows: list[tuple[float, ...]], weights: list[float] | None, first: int
) -> None:
    assert STRATEGIES[name](pool(*rows, weights=weights), 1, rng()).tolist() == [first]


def test_density_prefers_a_mail_that_is_like_others() -> None:
    rows = [(0.5, 0.5)] * 4
    terms = [[1, 2, 3], [1, 2, 4], [1, 2, 5], [90, 91, 92]]
    assert 3 not in STRATEGIES["density"](pool(*rows, terms=terms), 3, rng()).tolist()


@pytest.mark.parametrize("name", ["cost", "margin", "entropy"])
def test_near_duplicates_wait_until_all_others_are_drawn(name: str) -> None:
    same = list(range(10))
    rows = [(0.5, 0.5)] * 3 + [(0.9, 0.1)] * 2
    drawn = STRATEGIES[name](pool(*rows, terms=[same, same, same, *WORDS[:2]]), 3, rng())
    assert sorted(drawn.tolist())[1:] == [3, 4]


def test_badge_draws_from_each_topic_before_a_topic_twice() -> None:
    terms = [WORDS[number % 4] for number in range(40)]
    drawn = STRATEGIES["badge"](pool(*[(0.5, 0.5)] * 40, terms=terms), 4, rng())
    assert sorted(row % 4 for row in drawn.tolist()) == [0, 1, 2, 3]


def test_cluster_margin_spreads_over_topics_of_unlike_size() -> None:
    terms = [WORDS[0]] * 37 + WORDS[1:]
    drawn = STRATEGIES["cluster_margin"](pool(*[(0.5, 0.5)] * 40, terms=terms), 8, rng())
    assert {37, 38, 39} <= set(drawn.tolist())


def test_each_strategy_is_a_value_of_the_setting() -> None:
    for name in STRATEGIES:
        assert ReviewSettings.model_validate({"strategy": name}).strategy == name


def test_term_vectors_have_length_one_and_weigh_rare_terms_more() -> None:
    vectors = term_vectors([[1, 2], [1, 3], []]).toarray()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0])
    # 1 + ln(4 / 2) for a term of one mail in three, 1 + ln(4 / 3) for one of two
    assert vectors[0, 2] / vectors[0, 1] == pytest.approx((1 + np.log(2)) / (1 + np.log(4 / 3)))


def test_near_duplicates_are_mails_with_nearly_the_same_words() -> None:
    base = list(range(1000, 1100))
    groups = near_duplicates([base, [*base[:-4], 1, 2, 3, 4], list(range(5000, 5100)), [], []])
    assert groups[0] == groups[1]
    assert len(set(groups.tolist())) == 4  # mails without words are no duplicates


def test_one_of_a_group_goes_before_the_rest_of_all_groups() -> None:
    order, groups = np.array([4, 3, 2, 1, 0]), np.array([0, 0, 1, 1, 1])
    assert one_a_group(order, groups, 3).tolist() == [4, 1, 3]
