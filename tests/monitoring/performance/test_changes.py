"""Accuracy, abstention and corrections that change over runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.monitoring.builders import RUN
from tests.monitoring.performance.builders import FIRST, correction, head_slice, past_values, profile_of, view_of
from triage.monitoring.measurement import Measurement
from triage.monitoring.performance.changes import accuracy_change
from triage.monitoring.performance.notes import (
    ABSTENTION_ROSE,
    CORRECTIONS_ROSE,
    EXPECTED_ACCURACY_FELL,
    TOO_FEW_RUNS,
)
from triage.monitoring.view import PastValue, RunView

STEADY = [0.93, 0.94, 0.935, 0.93, 0.94, 0.938, 0.931, 0.937, 0.936, 0.94, 0.933, 0.935, 0.93, 0.94]
SOME = [1 - value for value in STEADY]


def history(**series: Sequence[float]) -> Callable[[str], Sequence[PastValue]]:
    known = {f"{name}.category": past_values(f"{name}.category", values) for name, values in series.items()}
    return lambda metric: known.get(metric, ())


def change(view: RunView) -> Measurement:
    (found,) = accuracy_change(view)
    return found


def view_with(scores: list[float], **changes: Any) -> RunView:
    return view_of(profile_of(head_slice(scores, 0.5)), **changes)


def test_nothing_changed() -> None:
    view = view_with([0.4] * 65 + [0.935] * 935, history=history(expected_accuracy=STEADY, abstention=SOME))
    found = change(view)
    assert found.value is not None
    assert (found.value < 1, found.note, found.mails) == (True, "", 1_000)


@pytest.mark.parametrize(
    ("scores", "past", "note"),
    [
        pytest.param(
            [0.88] * 1_000,
            {"expected_accuracy": [*STEADY, 0.88, 0.882], "abstention": [0.0] * 16},
            EXPECTED_ACCURACY_FELL,
            id="lower scores",
        ),
        pytest.param(
            [0.4] * 160 + [0.99] * 840,
            {"expected_accuracy": [0.99] * 16, "abstention": [*SOME, 0.15, 0.16]},
            ABSTENTION_ROSE,
            id="more abstentions",
        ),
    ],
)
def test_what_changed_is_named(scores: list[float], past: dict[str, list[float]], note: str) -> None:
    found = change(view_with(scores, history=history(**past)))
    assert found.value is not None
    assert found.value >= 1
    assert found.note == note


def test_corrections_that_become_frequent_are_a_change() -> None:
    per_night = [5, 6, 4, 5, 6, 5, 4, 6, 5, 5, 6, 5, 60, 60, 60]
    rows = [
        correction(number, corrected_at=FIRST + timedelta(days=night, hours=8, seconds=number))
        for night, count in enumerate(per_night)
        for number in range(night * 100, night * 100 + count)
    ]
    record = replace(RUN, started_at=FIRST + timedelta(days=len(per_night)))
    past = history(abstention=[0.05] * len(per_night))
    found = change(view_with([0.4] * 50 + [0.93] * 950, history=past, corrections=rows, record=record))
    assert found.value is not None
    assert found.value >= 1
    assert found.note == CORRECTIONS_ROSE


def test_another_model_starts_anew() -> None:
    past = [replace(RUN, run_id=f"run-{day}", model_version="2") for day in range(len(STEADY))]
    view = view_with([0.88] * 900, history=history(expected_accuracy=STEADY, abstention=SOME), past=past)
    found = change(view)
    assert (found.value, found.note) == (None, TOO_FEW_RUNS)


def test_a_first_run_has_nothing_to_compare() -> None:
    assert change(view_with([0.9] * 500)).note == TOO_FEW_RUNS
