"""The expected calibration error by hand, by scikit-learn's bins and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from triage.labelling.evaluation.reliability import answers, ece, ece_interval, reliability

ROWS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80)


@pytest.mark.parametrize(
    ("confidence", "correct", "bins", "equal_mass", "expected"),
    [
        pytest.param([1.0, 1.0], [1, 1], 15, False, 0.0, id="sure and right"),
        pytest.param([1.0, 1.0], [0, 0], 15, False, 1.0, id="sure and wrong"),
        pytest.param([0.9, 0.9, 0.1, 0.1], [1, 1, 1, 0], 2, False, (0.2 + 0.8) / 4, id="two bins"),
        pytest.param([0.6, 0.7, 0.8, 0.9], [1, 1, 1, 0], 2, True, (0.7 + 0.7) / 4, id="equal mass"),
        pytest.param([0.6, 0.7, 0.8, 0.9], [1, 1, 1, 0], 2, False, 0.0, id="which one bin hides"),
    ],
)
def test_ece_by_hand(confidence: list[float], correct: list[int], bins: int, equal_mass: bool, expected: float) -> None:
    found = ece(np.array(confidence), np.array(correct, dtype=float), bins, equal_mass=equal_mass)
    assert found == pytest.approx(expected)


@given(ROWS, st.integers(1, 20), st.booleans())
def test_ece_is_a_share(rows: list[tuple[float, bool]], bins: int, equal_mass: bool) -> None:
    confidence, correct = (np.array(side, dtype=float) for side in zip(*rows, strict=True))
    found = ece_interval(confidence, correct, bins, equal_mass=equal_mass, resamples=20)
    assert 0 <= found.low <= found.high <= 1
    assert 0 <= found.value <= 1 + 1e-12
    assert sum(b.rows for b in reliability(confidence, correct, bins, equal_mass=equal_mass)) == len(rows)


def test_bins_are_scikit_learns() -> None:
    random = np.random.default_rng(0)
    confidence = random.random(500)
    correct = (random.random(500) < confidence).astype(float)
    right, sure = calibration_curve(correct, confidence, n_bins=10)
    found = reliability(confidence, correct, 10)
    np.testing.assert_allclose([b.confidence for b in found], sure)
    np.testing.assert_allclose([b.accuracy.value for b in found], right)


def test_intervals_cover_what_was_simulated() -> None:
    random = np.random.default_rng(1)
    covered = 0
    for _ in range(100):
        confidence = random.uniform(0.5, 1, 1000)
        correct = (random.random(1000) < confidence - 0.1).astype(float)
        found = ece_interval(confidence, correct, resamples=200)
        covered += found.low <= 0.1 <= found.high
    assert covered >= 88  # of 95 expected; two sigmas below are 90.6


def test_equal_confidences_share_a_bin_in_any_order() -> None:
    confidence = np.full(10, 0.5)
    correct = np.array([1.0] * 5 + [0.0] * 5)
    assert ece(confidence, correct, equal_mass=True) == pytest.approx(0.0)


def test_answers_are_the_best_labels_or_all_pairs() -> None:
    probabilities = np.array([[0.7, 0.3], [0.4, 0.6]])
    top, right = answers(probabilities, np.array([0, 0]))
    assert (top.tolist(), right.tolist()) == ([0.7, 0.6], [1.0, 0.0])
    every, hits = answers(probabilities, np.array([[True, False], [True, True]]))
    assert (every.tolist(), hits.tolist()) == ([0.7, 0.3, 0.4, 0.6], [1.0, 0.0, 1.0, 1.0])


def test_nothing_has_no_ece() -> None:
    assert np.isnan(ece(np.array([]), np.array([])))
