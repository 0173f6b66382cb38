"""The points of the index over runs, read from the metrics tables, with the run that is being accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from triage.lake.store import Store
from triage.lake.tables import ALERTS, MEASURES, RUNS
from triage.monitoring.report.over_runs.points import (
    ALERT_COLUMNS,
    MEASURE_COLUMNS,
    MEASURED_BY,
    RUN_COLUMNS,
    Point,
    points_of,
    shown_runs,
)

Rows = Sequence[dict[str, Any]]


def points_over_runs(store: Store, run: dict[str, Any], measures: Rows, alerts: Rows) -> list[Point]:
    """Points of all runs, the oldest first.

    `run`, `measures` and `alerts` are this run's own rows of metrics/runs, metrics/measures and metrics/alerts, whether
    or not the tables have them already: an account that is repeated finds those of its first attempt there.
    """
    run_id = run["run_id"]
    runs = [*(row for row in store.rows(RUNS, RUN_COLUMNS) if row["run_id"] != run_id), run]
    shown = [name for name in shown_runs(runs) if name != run_id]
    measured = [row for row in measures if row["by"] in MEASURED_BY]
    stored = store.rows(MEASURES, MEASURE_COLUMNS, run_id=shown, by=MEASURED_BY)
    raised = store.rows(ALERTS, ALERT_COLUMNS, run_id=shown)
    return points_of(runs, [*stored, *measured], [*raised, *alerts])
