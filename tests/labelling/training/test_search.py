"""The search for hyper-parameters: repeatable, within its budget, the defaults first."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

import numpy as np
import pytest
from optuna.trial import Trial

from triage.config import Settings, load_settings
from triage.labelling.candidates.base import Candidate, FittedHead, Flags, Floats, Params, TrainingData
from triage.labelling.features.training_rows import NO_FOLD, TrainingRows
from triage.labelling.training import search as module
from triage.labelling.training.search import out_of_fold, search, single_combination

LABELS, ROWS, FOLDS = ("calm", "urgent"), 240, 4
HEAD = "mood"


@dataclass(frozen=True)
class Guess:
    """Says the truth of a share of the rows, of others the opposite; remembers who it learnt from."""

    share: float
    use: Flags
    turn: int

    def logits(self, data: TrainingData, use: Flags) -> Floats:
        truth = data.rows.truth[HEAD][use].astype(np.float64)
        right = ((data.rows.numbers[use] * 7919 + self.turn) % 100) / 100 < self.share
        return np.where(right[:, None], truth, 1 - truth)


@dataclass(frozen=True)
class Made:
    """A candidate that is as good as its parameter says."""

    name: str
    usual: float
    most: float = 0.7
    turn: int = 0
    """Other numbers are right about other rows."""
    learnt_from: list[Flags] = field(default_factory=list)
    family: str = "linear"
    blocks: tuple[str, ...] = ()

    @property
    def default(self) -> Params:
        return {"share": self.usual}

    def missing(self, settings: Settings) -> str:
        return ""

    def suggest(self, trial: Trial) -> Params:
        return {"share": trial.suggest_float("share", 0.2, self.most)}

    def fit(self, data: TrainingData, head: str, use: Flags, params: Params, start: FittedHead | None = None) -> Guess:
        self.learnt_from.append(use)
        return Guess(float(params["share"] or 0.0), use, self.turn)


def data_of(*overrides: str) -> TrainingData:
    numbers = np.arange(ROWS)
    test = numbers % 6 == 0
    truth = np.column_stack([numbers % 2 == 0, numbers % 2 == 1])
    rows = TrainingRows(
        numbers=numbers,
        features={},
        labels={HEAD: LABELS},
        truth={HEAD: truth},
        known={HEAD: numbers % 10 != 9},
        test=test,
        calibration=np.zeros(ROWS, dtype=np.bool_),
        fold=np.where(test, NO_FOLD, numbers % FOLDS),
        language=np.full(ROWS, "en"),
        length=np.full(ROWS, 10),
        sender_kind=np.full(ROWS, "person"),
        sent_at=np.full(ROWS, np.nan),
        empty=np.zeros(ROWS, dtype=np.bool_),
        digest="",
    )
    settings = load_settings(overrides=[f"labelling.search.{override}" for override in overrides])
    return TrainingData(rows, {}, {}, cast("Any", None), cast("Any", None), settings)


def silent(_: str) -> None:
    return None


def candidates() -> list[Candidate]:
    return [Made("first", 0.6), Made("second", 0.5)]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_it_is_repeatable_and_keeps_to_its_trials(workers: int) -> None:
    data = data_of("trials=9", f"workers={workers}")
    runs = [search(data, HEAD, candidates(), silent) for _ in range(2)]
    tried = [[(one.candidate.name, one.params, one.macro_f1) for one in run.tried] for run in runs]
    assert tried[0] == tried[1]
    assert len(tried[0]) == 9
    assert runs[0].best.params == runs[1].best.params
    assert not runs[0].cut_short


def test_the_defaults_come_first_in_the_order_of_the_settings() -> None:
    found = search(data_of("trials=6", "workers=2"), HEAD, candidates(), silent)
    assert [(one.candidate.name, dict(one.params)) for one in found.tried[:2]] == [
        ("first", {"share": 0.6}),
        ("second", {"share": 0.5}),
    ]


def test_what_is_surely_better_wins_over_the_defaults() -> None:
    found = search(data_of("trials=4", "workers=1"), HEAD, [Made("poor", 0.3), Made("good", 0.95)], silent)
    assert found.best.candidate.name == "good"
    assert found.best.macro_f1 == max(one.macro_f1 for one in found.tried)


def test_a_gain_by_luck_leaves_the_defaults() -> None:
    found = search(data_of("trials=2"), HEAD, [Made("usual", 0.8), Made("other", 0.82, turn=50)], silent)
    usual, other = found.tried
    assert usual.macro_f1 < other.macro_f1 < usual.macro_f1 + 0.03
    assert found.best is usual


def test_the_budget_of_seconds_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(step=10)
    monkeypatch.setattr(module, "monotonic", lambda: float(next(clock)))
    told: list[str] = []
    found = search(data_of("trials=50", "seconds=60", "workers=1"), HEAD, candidates(), told.append)
    assert found.cut_short
    assert 1 <= len(found.tried) < 6
    assert len(told) == len(found.tried)
    assert f"{len(found.tried)} of 50 tried" in told[-1]


def test_one_is_tried_however_little_time_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(step=1000)
    monkeypatch.setattr(module, "monotonic", lambda: float(next(clock)))
    found = search(data_of("trials=50", "seconds=1", "workers=1"), HEAD, candidates(), silent)
    assert [one.candidate.name for one in found.tried] == ["first"]


def test_no_row_is_judged_by_a_head_that_learnt_from_it() -> None:
    data, made = data_of(), Made("any", 0.6)
    held, logits = out_of_fold(data, HEAD, made, made.default)
    assert (held == (data.rows.known[HEAD] & ~data.rows.test)).all()
    assert logits.shape == (held.sum(), len(LABELS))
    assert len(made.learnt_from) == FOLDS
    for fold, use in enumerate(made.learnt_from):
        assert not (use & (data.rows.fold == fold)).any()
        assert not (use & data.rows.test).any()
        assert (use | (data.rows.fold == fold) | ~held).all()


def test_a_search_looks_at_so_many_rows_at_most() -> None:
    data = data_of("rows=100")
    made = Made("any", 0.6)
    held, _ = out_of_fold(data, HEAD, made, made.default)
    again, _ = out_of_fold(data, HEAD, made, made.default)
    assert held.sum() == 100
    assert (held == again).all()


def test_without_a_search_one_combination_is_measured_alike() -> None:
    data = data_of("trials=1", "workers=1")
    made = Made("first", 0.6)
    searched = search(data, HEAD, [made], silent)
    found = single_combination(data, HEAD, made, made.default)
    assert found.best.macro_f1 == searched.best.macro_f1
    assert len(found.tried) == 1
