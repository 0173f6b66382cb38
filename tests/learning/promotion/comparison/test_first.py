"""The first model of a name beside the majority class."""

from __future__ import annotations

import numpy as np
import pytest

from triage.config.learning.promotion import PromotionSettings
from triage.labelling.evaluation.tallies import Answers
from triage.learning.promotion.comparison.first import first_figures, first_passes

SETTINGS = PromotionSettings()
RANDOM = np.random.default_rng(7)
TRUTH = RANDOM.choice(["a", "b", "c"], 300, p=[0.8, 0.1, 0.1])


@pytest.mark.parametrize(
    ("truth", "predicted", "passed"),
    [
        pytest.param(TRUTH, np.where(np.arange(300) % 4 == 0, "a", TRUTH), True, id="mostly right"),
        pytest.param(TRUTH, np.full(300, "a"), False, id="the majority class itself"),
        pytest.param(TRUTH, RANDOM.permutation(TRUTH), False, id="guesses, with a better macro-F1"),
        pytest.param(np.array(["a", "b"] * 3), np.array(["a", "b"] * 3), True, id="six rows, all right"),
        pytest.param(np.array(["a", "b"] * 3), np.array(["b", "a"] * 3), False, id="six rows, all wrong"),
        pytest.param(np.eye(3, dtype=np.bool_)[:, :2], np.eye(3, dtype=np.bool_)[:, :2], True, id="flags"),
        pytest.param(np.eye(3, dtype=np.bool_)[:, :2], np.zeros((3, 2), dtype=np.bool_), False, id="no flag given"),
    ],
)
def test_first_model(truth: Answers, predicted: Answers, passed: bool) -> None:
    found = first_figures([(truth, predicted)], SETTINGS)
    assert first_passes(found, SETTINGS)[0] == passed


def test_guesses_have_a_better_macro_f1_than_the_majority_class() -> None:
    found = first_figures([(TRUTH, RANDOM.permutation(TRUTH))], SETTINGS)
    assert found.macro_f1 > found.majority_macro_f1
