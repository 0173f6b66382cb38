"""What each chart of the index draws."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.monitoring.builders import RUN as RECORD
from tests.monitoring.report.builders import measure_row, run_row
from triage.config import Settings
from triage.monitoring.profiles.distributions import Counts
from triage.monitoring.profiles.profile import RUN, Profile, Slice
from triage.monitoring.report.over_runs.metrics import routed
from triage.monitoring.report.over_runs.points import Point, points_of
from triage.monitoring.report.over_runs.series import CHARTS, MOST_SERIES, OTHERS, series_of
from triage.monitoring.view import PastValue, RunView

SPECS = {spec.name: spec for spec in CHARTS}
AT = datetime(2026, 1, 1, tzinfo=UTC)


def _point(*measures: tuple[Any, ...]) -> Point:
    run = run_row(1, AT, 1_000)
    return points_of([run], [measure_row(run["run_id"], *measure) for measure in measures], [])[0]


@pytest.mark.parametrize(
    ("chart", "measures", "expected"),
    [
        ("volumes", (), {"new": 1_000, "duplicate": 50, "quarantined": 20}),
        ("quarantine", (), {"quarantined": 0.02}),
        ("queues", (("routed", 30.0, "queue", "hr"), ("routed", 10.0, "queue", "it")), {"hr": 0.75, "it": 0.25}),
        ("drift", (("largest_drift", 0.4), ("drift.queue", 0.4)), {"largest_drift": 0.4}),
        ("drift", (("drift.queue", 0.1), ("drift.language", 0.3)), {"largest_drift": 0.3}),
        ("abstention", (("abstention.kind", 0.1),), {"kind": 0.1}),
        (
            "accuracy",
            (("expected_accuracy.kind", 0.9), ("realized_accuracy.kind", 0.8)),
            {"expected_accuracy.kind": 0.9, "realized_accuracy.kind": 0.8},
        ),
        ("cost", (("cost_per_thousand", 0.3), ("cost_per_thousand.label", 0.1)), {"cost_per_thousand": 0.3}),
        ("speed", (), {"mails_per_second": 1_000 / 85}),
        ("alerts", (), {"critical": 0, "warning": 0, "info": 0}),
        ("accuracy", (), {}),
        ("queues", (), {}),
    ],
)
def test_a_chart_draws_its_figures(chart: str, measures: tuple[Any, ...], expected: dict[str, float]) -> None:
    found = {name: figure.value for name, figure in SPECS[chart].values(_point(*measures)).items()}
    assert found == pytest.approx(expected)


def test_small_queues_are_summed_so_that_shares_add_up() -> None:
    queues = [("routed", float(size), "queue", f"q{size}") for size in range(1, 10)]
    found = series_of(SPECS["queues"], [_point(*queues)])
    assert [one.name for one in found] == ["q9", "q8", "q7", "q6", "q5", OTHERS]
    assert sum(one.figures[0].value for one in found if one.figures[0]) == pytest.approx(1.0)


def test_lines_that_cannot_be_summed_are_the_largest() -> None:
    heads = [(f"abstention.h{size}", size / 100) for size in range(1, 10)]
    found = series_of(SPECS["abstention"], [_point(*heads)])
    assert [one.name for one in found] == [f"h{size}" for size in range(9, 9 - MOST_SERIES, -1)]


def test_routed_counts_the_queues_of_the_run_beside_their_mean() -> None:
    profile = Profile({RUN: Slice(5, 0, {"queue": Counts.of({"hr": 3, "it": 2})})})
    past = [PastValue("r", AT, "routed", "queue", "hr", value, 1) for value in (1.0, 5.0)]
    view = RunView(Settings(), RECORD, profile, history=lambda name: past if name == "routed" else ())
    assert [(one.slice, one.value, one.usual, one.mails) for one in routed(view)] == [
        ("hr", 3, 3, 3),
        ("it", 2, None, 2),
    ]
