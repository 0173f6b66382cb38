"""Error rates of the sequential tests under many looks, and mails until a worse model is stopped."""

from __future__ import annotations

import numpy as np
import pytest

from triage.learning.trials.sequential import Pairs, TwoShares, worse_pairs, worse_share

RUNS, LOOKS = 200, 400
LIMIT = 0.05
MOST_FALSE = 18
"""Of 200 runs with a rate of at most 0.05, more have a probability below 1 % (binomial)."""


def _blocks(first: float, second: float, share: float, seed: int, size: int = 20) -> TwoShares:
    random = np.random.default_rng(seed)
    found = TwoShares()
    for _ in range(LOOKS):
        theirs = int(random.binomial(size, share))
        ours = size - theirs
        right, other = int(random.binomial(ours, first)), int(random.binomial(theirs, second))
        found.add(right, ours - right, other, theirs - other)
    return found


def _pairs(second_alone: float, seed: int, mails: int = 2_000) -> Pairs:
    return worse_pairs((np.random.default_rng(seed).random(mails) < second_alone).tolist())


@pytest.mark.parametrize(("first", "second"), [(0.9, 0.9), (0.6, 0.6), (0.85, 0.9)], ids=["equal", "hard", "better"])
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_two_shares_keep_the_rate_of_false_stops(first: float, second: float, share: float) -> None:
    assert sum(_blocks(first, second, share, seed).p_value <= LIMIT for seed in range(RUNS)) <= MOST_FALSE


@pytest.mark.parametrize("second_alone", [0.5, 0.6], ids=["equal", "better"])
def test_pairs_keep_the_rate_of_false_stops(second_alone: float) -> None:
    assert sum(_pairs(second_alone, seed).p_value <= LIMIT for seed in range(RUNS)) <= MOST_FALSE


def test_a_worse_model_is_found() -> None:
    assert all(_blocks(0.9, 0.8, 0.5, seed).p_value <= LIMIT for seed in range(20))
    assert all(_pairs(0.3, seed).p_value <= LIMIT for seed in range(20))


def test_nothing_is_known_before_the_first_mail() -> None:
    assert worse_pairs([]).p_value == 1
    assert worse_share([]).p_value == 1


def test_evidence_by_hand() -> None:
    """One mail that only the first had right makes the share of the second 1/3; the next such one doubles 2/3."""
    assert worse_pairs([False, False]).p_value == pytest.approx(1 / (2 * 2 / 3))


def test_what_was_found_once_stays_found() -> None:
    losses = [False] * 20
    assert worse_pairs(losses + [True] * 200).p_value == worse_pairs(losses).p_value


def test_a_block_with_one_arm_only_says_nothing_by_itself() -> None:
    assert worse_share([(0, 10, 0, 0)] * 5 + [(0, 0, 10, 0)] * 5).p_value == 1
