"""When a training is due, and what it waits for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from triage.config.learning.retraining import RetrainingSettings
from triage.learning.retraining.due import Due, State, find_due

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SETTINGS = RetrainingSettings(
    min_corrections=30,
    many_corrections=200,
    accuracy_drop=0.03,
    drift_days=14,
    max_days=30,
    cool_down_days=2,
    trainings_a_month=3,
)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def accuracy(
    metric: str, high: float | None, usual: float | None = 0.9, by: str = "run", note: str = ""
) -> dict[str, Any]:
    return {"metric": metric, "by": by, "slice": "", "value": 0.8, "high": high, "usual": usual, "note": note}


def drift(rule: str, days: float) -> dict[str, Any]:
    return {"rule": rule, "held_at": ago(days)}


def due(corrections: int, *trained: float, settings: RetrainingSettings = SETTINGS, **state: Any) -> Due:
    return find_due(State(corrections, [ago(days) for days in trained], **state), settings, NOW)


@pytest.mark.parametrize(
    ("found", "reasons"),
    [
        pytest.param(due(100, 10), [], id="nothing speaks for it"),
        pytest.param(due(200, 10), ["200 new corrections"], id="many corrections"),
        pytest.param(due(100), ["No model has learnt"], id="no training yet"),
        pytest.param(due(100, 31, 45), ["31 days ago"], id="the last of two trainings is old"),
        pytest.param(due(0, 31), [], id="old, but nothing new was said"),
        pytest.param(
            due(100, 10, measures=[accuracy("expected_accuracy.kind", 0.86)]),
            ["expected accuracy of kind is 80.0%, 90.0% as a rule in runs of the same model"],
            id="loss",
        ),
        pytest.param(due(100, 10, measures=[accuracy("expected_accuracy.kind", 0.88)]), [], id="within the drop"),
        pytest.param(
            due(100, 10, measures=[accuracy("realized_accuracy.kind", 0.86, note="AUDITED")]),
            ["realized accuracy of kind is 80.0%, 90.0% on held-out rows"],
            id="errors in audits",
        ),
        pytest.param(
            due(100, 10, measures=[accuracy("realized_accuracy.kind", 0.2, note="NOT_RANDOM")]),
            [],
            id="errors among corrections that nobody drew",
        ),
        pytest.param(due(100, 10, measures=[accuracy("expected_accuracy.kind", None)]), [], id="unknown accuracy"),
        pytest.param(
            due(100, 10, measures=[accuracy("expected_accuracy.kind", 0.5, by="language")]), [], id="one slice only"
        ),
        pytest.param(due(100, 10, measures=[accuracy("abstention.kind", 0.5)]), [], id="another metric"),
        pytest.param(due(100, 10, alerts=[drift("mail_drifted", 13)]), ["mail_drifted"], id="drift"),
        pytest.param(due(100, 10, alerts=[drift("mail_drifted", 15)]), [], id="drift long ago"),
        pytest.param(due(100, 10, alerts=[drift("cost_high", 1)]), [], id="another alert"),
    ],
)
def test_reasons(found: Due, reasons: list[str]) -> None:
    assert len(found.reasons) == len(reasons)
    assert all(part in sentence for part, sentence in zip(reasons, found.reasons, strict=True))
    assert found.is_due == bool(reasons)


@pytest.mark.parametrize(
    ("found", "obstacle"),
    [
        pytest.param(due(29), "29 new corrections of 30", id="too few corrections"),
        pytest.param(due(500, 1.9), "less than 2 days ago", id="cool-down"),
        pytest.param(due(500, 0.0), "less than 2 days ago", id="trained just now"),
        pytest.param(due(500, 3, 10, 29), "3 trainings in 30 days", id="budget"),
    ],
)
def test_obstacles_hold_back_what_has_reasons(found: Due, obstacle: str) -> None:
    assert found.reasons
    assert len(found.obstacles) == 1
    assert obstacle in found.obstacles[0]
    assert not found.is_due


def test_a_job_that_starts_a_little_earlier_the_next_night_has_cooled_down() -> None:
    assert due(500, 2 - 10 / 86_400).is_due


def test_calendar_can_be_turned_off() -> None:
    settings = SETTINGS.model_copy(update={"max_days": 0})
    assert not due(100, 300, settings=settings).reasons
