"""Caps by water-filling."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from triage.learning.guards.caps import NO_GROUP, Cap, Floats, Ints, capped, level, once_a_group

LEVELS: dict[str, tuple[list[float], float, float, float]] = {
    "nobody exceeds": ([1, 1, 1, 1], 0.25, 0, float("inf")),
    "one owner": ([10, 1, 1, 1], 0.25, 0, 1),
    "two owners": ([10, 8, 1, 1, 1, 1], 0.25, 0, 2),
    "the next heaviest is clipped, too": ([10, 4, 1, 1, 1], 0.3, 0, 0.3 * 3 / 0.4),
    "rows without a group count in the whole": ([10, 1], 0.25, 20, 7),
    "all equal where the share cannot be met otherwise": ([10, 5, 3], 1 / 3, 0, 3),
}


@pytest.mark.parametrize("case", LEVELS)
def test_the_level(case: str) -> None:
    sums, share, others, expected = LEVELS[case]
    assert level(np.array(sums, dtype=np.float64), share, others) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(20))
def test_at_the_level_the_clipped_have_their_share_and_nobody_more(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    sums, share = drawn.pareto(1.0, size=30) + 0.1, float(drawn.uniform(1 / 20, 0.5))
    clipped = np.minimum(sums, level(sums, share))
    assert clipped.max() <= share * clipped.sum() + 1e-9
    if clipped.max() < sums.max():
        assert clipped.max() == pytest.approx(share * clipped.sum())


def numbers(*values: int) -> Ints:
    return np.array(values, dtype=np.int64)


def sums(weights: Floats, groups: Ints) -> Floats:
    return np.bincount(groups, weights=weights).astype(np.float64)


def test_near_duplicates_count_once() -> None:
    weights = once_a_group(np.array([0.9, 0.9, 0.45, 0.6]), numbers(0, 0, 0, 1))
    np.testing.assert_allclose(sums(weights, numbers(0, 0, 0, 1)), [0.9, 0.6])
    np.testing.assert_allclose(weights, [0.36, 0.36, 0.18, 0.6])


@pytest.mark.parametrize("seed", range(10))
def test_all_caps_hold_together(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    rows = 400
    people = np.where(drawn.random(rows) < 0.5, 0, drawn.integers(10, size=rows))
    senders = np.minimum(drawn.zipf(1.5, size=rows), 60).astype(np.int64)
    labels = drawn.integers(3, size=rows)
    caps = [Cap(people, 0.25), Cap(senders, 0.1)]
    before = drawn.uniform(0.1, 1, size=rows)
    found = capped(before, caps, labels, 0.4, 0.0)
    for cap in caps:
        alone = np.minimum(sums(before, cap.of), level(sums(before, cap.of), cap.share))
        assert sums(found, cap.of).max() <= cap.share * alone.sum() * 1.001
        for label in range(3):
            inside = labels == label
            owned = sums(before[inside], cap.of[inside])
            alone = np.minimum(owned, level(owned, 0.4))
            assert sums(found[inside], cap.of[inside]).max() <= 0.4 * alone.sum() * 1.001
    assert (found <= before).all()
    assert (found > 0).all()


def test_a_few_corrections_are_not_capped() -> None:
    weights, one = np.ones(4), numbers(0, 0, 0, 1)
    assert capped(weights, [Cap(one, 0.25)], numbers(0, 0, 0, 0), 0.3, 20.0).tolist() == [1, 1, 1, 1]


def test_rows_without_a_group_are_not_capped() -> None:
    groups = numbers(NO_GROUP, NO_GROUP, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6)
    found = capped(np.ones(12), [Cap(groups, 0.2)], np.zeros(12, dtype=np.int64), 1.0, 0.0)
    assert found[:2].tolist() == [1, 1]
    assert found[2:6].sum() == pytest.approx(8 / 3)


SMALL = 60.0
TWO, FOUR = (450.0, 18.0), (450.0, 18.0, 18.0, 18.0)
PEOPLE: dict[str, tuple[tuple[float, ...], float]] = {
    "one": ((450.0,), 450.0),
    "one, and another who corrected once": ((450.0, 0.9), 450.0),
    "two": (TWO, 450.0),
    "two, and a third who does half of what counts whole": ((*TWO, 7.5), 450 - 0.25 * (450 - 30)),
    "four": (FOUR, 36.0),  # 2 / 5 of all: 0.4 * 54 / 0.6
    "one among thirteen who correct little": ((450.0, *[4.5] * 12), 18.0),  # a quarter of all: 0.25 * 54 / 0.75
}


def of_people(weights: tuple[float, ...], *, gradual: bool = True) -> Floats:
    cap = Cap(np.arange(len(weights), dtype=np.int64), 0.25, gradual=gradual)
    return capped(np.array(weights), [cap], np.arange(len(weights), dtype=np.int64), 1.0, SMALL)


@pytest.mark.parametrize("case", PEOPLE)
def test_the_cap_on_people_sets_in_with_their_number(case: str) -> None:
    weights, first = PEOPLE[case]
    found = of_people(weights)
    assert found[0] == pytest.approx(first)
    assert found[1:].tolist() == list(weights[1:])


def test_no_single_correction_takes_much_off_what_another_person_made() -> None:
    totals = [float(of_people((450.0, 15.0, 15.0, 0.9 * number)).sum()) for number in range(40)]
    assert max(abs(one - other) for one, other in pairwise(totals)) < 30


def test_within_a_label_one_of_few_people_is_not_capped_either() -> None:
    people, labels = numbers(0, 1, 2, 3, 4), numbers(0, 0, 1, 1, 1)
    cap = Cap(people, 1.0, gradual=True)
    found = capped(np.array([450.0, 0.9, 100.0, 100.0, 100.0]), [cap], labels, 0.5, SMALL)
    assert found[0] > 420
