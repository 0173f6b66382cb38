"""Thresholds by hand, by trying all of them, and on rows whose probabilities are true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import ConfigError
from triage.labelling.evaluation.abstention import (
    analytic_threshold,
    cheapest_threshold,
    cost,
    fit_thresholds,
    precision_threshold,
    risk_coverage,
)
from triage.labelling.evaluation.intervals import Floats

ROWS = st.lists(
    st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.99]), st.booleans()), min_size=1, max_size=40
)


def sides(rows: list[tuple[float, bool]]) -> tuple[Floats, Floats]:
    top, correct = zip(*rows, strict=True)
    return np.array(top, dtype=float), np.array(correct, dtype=float)


def calibrated_rows(count: int, seed: int) -> tuple[Floats, Floats]:
    random = np.random.default_rng(seed)
    top = random.uniform(0.3, 1, count)
    return top, (random.random(count) < top).astype(float)


@pytest.mark.parametrize(
    ("wrong", "review", "expected"),
    [
        pytest.param(10.0, 1.0, 0.9, id="errors ten times as dear"),
        pytest.param(4.0, 1.0, 0.75, id="four times"),
        pytest.param(1.0, 2.0, 0.0, id="reviews dearer than errors"),
    ],
)
def test_analytic_threshold(wrong: float, review: float, expected: float) -> None:
    assert analytic_threshold(wrong=wrong, review=review) == pytest.approx(expected)


@pytest.mark.parametrize(("wrong", "review"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0)])
def test_costs_are_above_zero(wrong: float, review: float) -> None:
    with pytest.raises(ConfigError):
        analytic_threshold(wrong=wrong, review=review)


@given(ROWS, st.floats(0.1, 20))
def test_no_threshold_is_cheaper(rows: list[tuple[float, bool]], wrong: float) -> None:
    top, correct = sides(rows)
    found = cheapest_threshold(top, correct, wrong=wrong, review=1.0)
    least = min(cost(top, correct, t, wrong=wrong, review=1.0) for t in (0.0, *top, 1.0))
    assert cost(top, correct, found, wrong=wrong, review=1.0) == pytest.approx(least)


def test_both_thresholds_agree_where_probabilities_are_true() -> None:
    chosen = cheapest_threshold(*calibrated_rows(20_000, seed=1), wrong=5, review=1)
    top, correct = calibrated_rows(20_000, seed=2)
    analytic = cost(top, correct, analytic_threshold(wrong=5, review=1), wrong=5, review=1)
    assert analytic == pytest.approx(cost(top, correct, chosen, wrong=5, review=1), abs=0.005)


def test_only_a_language_that_proves_it_gets_its_own() -> None:
    top, correct = calibrated_rows(3000, seed=2)
    languages = np.array(["en"] * 1500 + ["de"] * 1350 + ["fr"] * 150)
    off = languages != "en"
    correct[off] = (np.random.default_rng(3).random(off.sum()) < top[off] - 0.3).astype(float)
    found = fit_thresholds(top, correct, languages, wrong=5, review=1)
    assert found.default == pytest.approx(0.8)
    assert set(found.by_language) == {"de"}
    assert found.of("de") > 0.9


def test_curve_by_hand() -> None:
    curve = risk_coverage(np.array([0.9, 0.6, 0.8, 0.6]), np.array([1.0, 0.0, 1.0, 1.0]))
    assert curve.threshold.tolist() == [0.9, 0.8, 0.6]
    assert curve.coverage.tolist() == [0.25, 0.5, 1.0]
    assert curve.risk.tolist() == [0.0, 0.0, 0.25]
    assert curve.aurc == pytest.approx(0.125)
    assert (curve.coverage_at(0.7), curve.risk_at(0.5), curve.coverage_at(1.0)) == (0.5, 0.25, 0.0)


@given(ROWS)
def test_coverage_rises_to_all(rows: list[tuple[float, bool]]) -> None:
    top, correct = sides(rows)
    curve = risk_coverage(top, correct)
    assert (np.diff(curve.coverage) > 0).all()
    assert (np.diff(curve.threshold) < 0).all()
    assert curve.coverage[-1] == pytest.approx(1.0)
    assert curve.risk[-1] == pytest.approx(1 - correct.mean())
    assert ((curve.risk >= 0) & (curve.risk <= 1)).all()


def test_area_is_the_mean_risk_of_ranks_without_ties() -> None:
    top, correct = calibrated_rows(200, seed=4)
    errors = 1 - correct[np.argsort(-top)]
    expected = np.mean([errors[: n + 1].mean() for n in range(200)])
    assert risk_coverage(top, correct).aurc == pytest.approx(expected)


@pytest.mark.parametrize(
    ("correct", "precision", "expected"),
    [
        pytest.param([1, 1, 1, 0], 0.75, 0.6, id="all rows"),
        pytest.param([1, 1, 1, 0], 0.95, 0.7, id="without the last"),
        pytest.param([0, 1, 1, 1], 0.95, None, id="the surest is wrong"),
    ],
)
def test_precision_threshold(correct: list[int], precision: float, expected: float | None) -> None:
    top = np.array([0.9, 0.8, 0.7, 0.6])
    assert precision_threshold(top, np.array(correct, dtype=float), precision) == expected


@given(ROWS, st.floats(0.5, 1))
def test_precision_threshold_is_the_smallest(rows: list[tuple[float, bool]], precision: float) -> None:
    top, correct = sides(rows)
    found = precision_threshold(top, correct, precision)
    fine = [t for t in sorted(set(top)) if correct[top >= t].mean() >= precision - 1e-9]
    assert found == (fine[0] if fine else None)
