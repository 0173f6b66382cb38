"""Agreement against published examples."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from triage.learning.review.agreement import agreements, alpha, kappa
from triage.learning.review.answers import Answer

AT = datetime(2026, 3, 2, tzinfo=UTC)

# Krippendorff (2011), section C: four observers, twelve units, five labels, missing values; alpha = 0.743
FOUR_OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
# section A: two observers, ten units, two labels; alpha = 0.095
TWO_OBSERVERS = ("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
# section B: two observers, twelve units, five labels; alpha = 0.692
LETTERS = ("a a b b d c c c e d d a", "b a b b b c c c e d d d")


def counts(observers: tuple[str, ...]) -> np.ndarray:
    units = list(zip(*(one.split() for one in observers), strict=True))
    labels = sorted({value for unit in units for value in unit} - {"."})
    return np.array([[unit.count(label) for label in labels] for unit in units], dtype=np.float64)


@pytest.mark.parametrize(
    ("observers", "published"),
    [
        pytest.param(FOUR_OBSERVERS, 0.743, id="four observers, missing values"),
        pytest.param(TWO_OBSERVERS, 0.095, id="two observers, two labels"),
        pytest.param(LETTERS, 0.692, id="two observers, five labels"),
    ],
)
def test_alpha_is_that_of_krippendorffs_examples(observers: tuple[str, ...], published: float) -> None:
    assert alpha(counts(observers))[0] == pytest.approx(published, abs=5e-4)


def test_kappa_is_that_of_a_published_table() -> None:
    # 50 applications, two readers: both yes 20, both no 15, yes and no 5, no and yes 10; kappa = 0.40
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert kappa(pairs) == pytest.approx(0.40)


def test_weights_are_units_that_occur_more_than_once() -> None:
    given = counts(FOUR_OBSERVERS)[:11]
    twice = np.repeat(given, 2, axis=0)
    assert alpha(given, np.full((1, 11), 2.0))[0] == pytest.approx(alpha(twice)[0])


def answers_of(*labels: tuple[str, str], source: str = "page") -> dict[tuple[str, str], tuple[Answer, ...]]:
    return {
        (f"{number:064x}", "kind"): tuple(
            Answer(who, label, AT, source) for who, label in zip(("ann", "ben"), pair, strict=True)
        )
        for number, pair in enumerate(labels)
    }


def test_a_pair_has_a_kappa_and_all_an_alpha_with_intervals_around_them() -> None:
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    every, pair = agreements(answers_of(*pairs))
    assert (every.who, pair.who, every.mails, pair.mails) == ((), ("ann", "ben"), 50, 50)
    assert pair.value == pytest.approx(0.40)
    assert every.share == pair.share == pytest.approx(0.7)
    for one in (every, pair):
        assert one.low is not None and one.high is not None and one.value is not None
        assert one.low < one.value < one.high
        # the asymptotic standard error of this kappa is 0.13 (Fleiss, Cohen & Everitt 1969)
        assert 0.35 < one.high - one.low < 0.65


@pytest.mark.parametrize("count", [0, 9])
def test_few_common_mails_have_no_kappa(count: int) -> None:
    assert [one.who for one in agreements(answers_of(*[("yes", "no")] * count))] == [()] * min(count, 1)


def test_one_label_for_everything_says_nothing() -> None:
    assert {(one.value, one.low, one.share) for one in agreements(answers_of(*[("yes", "yes")] * 12))} == {
        (None, None, 1.0)
    }


def test_a_moved_mail_is_no_answer() -> None:
    assert agreements(answers_of(*[("yes", "no")] * 12, source="move")) == []
