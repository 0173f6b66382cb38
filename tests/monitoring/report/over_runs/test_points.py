"""Runs become points: one each for the newest, one a day, then one a month for the older, however many there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.monitoring.report.builders import alert_row, measure_row, run_row, run_rows
from triage.monitoring.report.over_runs.points import DAYS, SINGLE_RUNS, Figure, points_of, shown_runs

HOURLY_YEAR = run_rows(8_760, timedelta(hours=1))


def test_a_year_of_hourly_runs_is_bounded_and_loses_no_mail() -> None:
    points = points_of(HOURLY_YEAR, [], [])
    assert len(points) == SINGLE_RUNS + len({row["started_at"].date() for row in HOURLY_YEAR[:-SINGLE_RUNS]})
    assert sum(point.new for point in points) == sum(row["messages_new"] for row in HOURLY_YEAR)
    assert sum(point.runs for point in points) == 8_760
    assert [point.started_at for point in points] == sorted(point.started_at for point in points)
    assert all(point.runs == 1 for point in points[-SINGLE_RUNS:])


def test_ten_years_of_hourly_runs_are_bounded() -> None:
    rows = run_rows(10 * 8_760, timedelta(hours=1))
    points = points_of(rows, [], [])
    assert len(points) <= SINGLE_RUNS + DAYS + 12 * 10
    assert sum(point.runs for point in points) == len(rows)


def test_figures_are_needed_of_shown_runs_only() -> None:
    shown = shown_runs(reversed(HOURLY_YEAR))
    assert shown == [point.run_id for point in points_of(HOURLY_YEAR, [], [])]


def test_a_day_has_the_sums_of_its_runs_and_the_figures_of_its_last() -> None:
    day = datetime(2020, 1, 1, tzinfo=UTC)
    rows = [run_row(1, day, 100), run_row(2, day + timedelta(hours=5), 300), *HOURLY_YEAR[-SINGLE_RUNS:]]
    measures = [
        measure_row("batches-000001-000001", "abstention.kind", 0.1),
        measure_row("batches-000002-000002", "abstention.kind", 0.3),
    ]
    point = points_of(rows, measures, [alert_row("batches-000001-000001")])[0]
    assert (point.runs, point.new, point.quarantined, point.run_id) == (2, 400, 8, "batches-000002-000002")
    assert point.of("abstention") == {"kind": Figure(0.3)}
    assert point.raised == {}


@pytest.mark.parametrize(
    ("state", "counted"),
    [("raised", True), ("open", True), ("silenced", False), ("over_budget", False), ("resolved", False)],
)
def test_only_alerts_to_act_on_count(state: str, counted: bool) -> None:
    run = run_row(1, datetime(2026, 1, 1, tzinfo=UTC))
    found = points_of([run], [], [alert_row(run["run_id"], severity="critical", state=state)])[0].raised
    assert found == ({"critical": 1} if counted else {})


def test_a_metric_of_all_mails_hides_its_parts_and_unknown_values_are_left_out() -> None:
    run = run_row(1, datetime(2026, 1, 1, tzinfo=UTC))
    rows = [
        measure_row(run["run_id"], "cost_per_thousand", 0.3, low=0.1, high=0.5),
        measure_row(run["run_id"], "cost_per_thousand.label", 0.1),
        measure_row(run["run_id"], "drift.queue", None),
        measure_row(run["run_id"], "drift.language", 0.2),
        measure_row(run["run_id"], "drift.language", 0.9, "queue", "hr"),
    ]
    point = points_of([run], rows, [])[0]
    assert point.of("cost_per_thousand") == {"": Figure(0.3, 0.1, 0.5)}
    assert point.of("drift") == {"language": Figure(0.2)}
    assert point.of("drift", "queue") == {"language": Figure(0.9)}
