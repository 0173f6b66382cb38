"""Figures against scikit-learn's and against hand counts."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from triage.errors import ContractError
from triage.labelling.evaluation.metrics import (
    class_figures,
    class_table,
    difference,
    majority,
    measured,
    score,
)

Texts = npt.NDArray[np.str_]
LABELS = st.sampled_from(["a", "b", "c", "d"])
PAIRS = st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=60)
FLAGS = st.lists(st.tuples(*[st.booleans()] * 6), min_size=1, max_size=40)


def texts(*letters: str) -> Texts:
    return np.array(list("".join(letters)), dtype=np.str_)


def rows(count: int, labels: int, right: float, seed: int) -> tuple[Texts, Texts]:
    random = np.random.default_rng(seed)
    truth = random.integers(0, labels, count)
    said = np.where(random.random(count) < right, truth, random.integers(0, labels, count))
    names = np.array([f"label {n:02}" for n in range(labels)], dtype=np.str_)
    return names[truth], names[said]


@pytest.mark.parametrize(
    ("truth", "predicted", "macro_f1", "accuracy"),
    [
        pytest.param("aabb", "aabb", 1.0, 1.0, id="all right"),
        pytest.param("aabb", "bbaa", 0.0, 0.0, id="all wrong"),
        pytest.param("aabb", "aaab", (4 / 5 + 2 / 3) / 2, 0.75, id="one wrong"),
        pytest.param("aab", "aac", 1 / 3, 2 / 3, id="a label only predicted counts"),
    ],
)
def test_scores_by_hand(truth: str, predicted: str, macro_f1: float, accuracy: float) -> None:
    found = score(texts(truth), texts(predicted))
    assert [found.macro_f1, found.accuracy] == pytest.approx([macro_f1, accuracy])
    assert found.rows == len(truth)


@given(PAIRS)
def test_scores_are_scikit_learns(pairs: list[tuple[str, str]]) -> None:
    truth, predicted = (np.array(side, dtype=np.str_) for side in zip(*pairs, strict=True))
    found = score(truth, predicted)
    assert found.macro_f1 == pytest.approx(f1_score(truth, predicted, average="macro", zero_division=0.0))
    assert found.accuracy == pytest.approx(accuracy_score(truth, predicted))


@given(FLAGS)
def test_flags_are_scikit_learns(flags: list[tuple[bool, ...]]) -> None:
    truth, predicted = np.array(flags)[:, :3], np.array(flags)[:, 3:]
    used = (truth | predicted).any(axis=0)
    found = measured(truth, predicted, resamples=2)
    f1 = f1_score(truth, predicted, average=None, zero_division=0.0)
    assert found.macro_f1.value == pytest.approx(f1[used].mean() if used.any() else 0.0)
    assert found.micro_f1.value == pytest.approx(f1_score(truth, predicted, average="micro", zero_division=0.0))
    assert found.accuracy.value == pytest.approx(accuracy_score(truth, predicted))


@given(PAIRS)
def test_classes_are_scikit_learns(pairs: list[tuple[str, str]]) -> None:
    truth, predicted = (np.array(side, dtype=np.str_) for side in zip(*pairs, strict=True))
    found = class_figures(truth, predicted, resamples=20)
    labels = [figures.label for figures in found]
    assert labels == sorted(set(truth) | set(predicted))
    expected = precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0.0)
    for figures, precision, recall, f1, support in zip(found, *expected, strict=True):
        assert figures.precision.value == pytest.approx(precision)
        assert figures.recall.value == pytest.approx(recall)
        assert figures.f1.value == pytest.approx(f1)
        assert figures.rows == support


def test_labels_keep_their_order_and_one_never_seen_is_unknown() -> None:
    found = class_figures(texts("ab"), texts("ab"), ["c", "b", "a"])
    assert [figures.label for figures in found] == ["c", "b", "a"]
    assert (found[0].recall.low, found[0].recall.high, found[0].rows) == (0.0, 1.0, 0)
    flags = class_figures(np.eye(2, dtype=bool), np.eye(2, dtype=bool), ["x", "y"])
    assert [figures.label for figures in flags] == ["x", "y"]


def test_intervals_are_those_of_rows_drawn_one_by_one() -> None:
    truth, predicted = rows(300, 5, 0.7, seed=1)
    random = np.random.default_rng(5)
    drawn = [random.integers(0, 300, 300) for _ in range(600)]
    f1 = [f1_score(truth[d], predicted[d], average="macro", zero_division=0.0) for d in drawn]
    low, high = np.quantile(f1, [0.025, 0.975])
    found = measured(truth, predicted, resamples=3000).macro_f1
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.012)
    assert found.low < found.value < found.high


def test_equal_input_gives_equal_intervals() -> None:
    truth, predicted = rows(200, 4, 0.8, seed=2)
    assert measured(truth, predicted) == measured(truth, predicted)


def test_groups_widen_what_rows_alone_make_too_narrow() -> None:
    truth, predicted = rows(100, 4, 0.8, seed=3)
    copies, groups = 9, np.repeat(np.arange(100), 9)
    truth9, predicted9 = np.repeat(truth, copies), np.repeat(predicted, copies)
    by_row, by_group = measured(truth9, predicted9), measured(truth9, predicted9, groups=groups)
    alone = measured(truth, predicted).accuracy
    assert by_group.accuracy.high - by_group.accuracy.low == pytest.approx(alone.high - alone.low, rel=0.15)
    assert by_group.accuracy.high - by_group.accuracy.low > 2 * (by_row.accuracy.high - by_row.accuracy.low)


def test_thousand_resamples_of_five_thousand_rows_take_less_than_a_second() -> None:
    truth, predicted = rows(5000, 77, 0.85, seed=4)
    started = time.process_time()
    measured(truth, predicted)
    assert time.process_time() - started < 1.0


def test_a_system_does_not_differ_from_itself() -> None:
    truth, predicted = rows(100, 3, 0.6, seed=5)
    found = difference(truth, predicted, predicted)
    assert {(i.value, i.low, i.high) for i in (found.macro_f1, found.accuracy)} == {(0.0, 0.0, 0.0)}


def test_differences_are_paired() -> None:
    truth, second = rows(400, 4, 0.7, seed=6)
    first = second.copy()
    wrong = np.flatnonzero(first != truth)[:12]
    first[wrong] = truth[wrong]
    found = difference(truth, first, second)
    assert found.accuracy.value == pytest.approx(12 / 400)
    assert found.accuracy.low > 0
    assert found.accuracy.high < 0.06
    back = difference(truth, second, first)
    assert back.macro_f1.value == pytest.approx(-found.macro_f1.value)


def test_the_majority_answers_one_label() -> None:
    assert majority(texts("aab"), texts("abbb")).accuracy == 0.25


@pytest.mark.parametrize(
    ("truth", "predicted"),
    [pytest.param("", "", id="no row"), pytest.param("ab", "abc", id="other rows")],
)
def test_what_cannot_be_measured_is_refused(truth: str, predicted: str) -> None:
    with pytest.raises(ContractError):
        score(texts(truth), texts(predicted))


def test_the_table_shows_intervals() -> None:
    table = class_table("title", list("aabb"), list("aabb"))
    assert str(next(iter(table.columns[1].cells))).startswith("1.000 [")
    assert table.row_count == 4
