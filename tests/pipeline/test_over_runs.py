"""The index's points from the tables, without Spark, and the same for a repeated account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from tests.monitoring.report.builders import measure_row, run_row
from triage.lake.store import Store
from triage.lake.tables import ALERTS, MEASURES, RUNS
from triage.monitoring.report.over_runs.points import Figure
from triage.pipeline.account.over_runs import points_over_runs

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
REST: dict[str, Any] = {
    "batches": [1],
    "stage_seconds": {},
    "mlflow_run_id": None,
    "policy_version": "p",
    "rules_version": "r",
}


def _no_spark() -> NoReturn:
    raise AssertionError("Spark was started")


def _alert(run_id: str, rule: str) -> dict[str, Any]:
    filled = dict.fromkeys(ALERTS.column_names) | {"by": "run", "slice": "", "owner": "o", "sentence": "s"}
    return filled | {"run_id": run_id, "raised_at": AT, "rule": rule, "state": "raised", "severity": "warning",
                     "folded": [], "sent_to": []}  # fmt: skip


def test_a_lake_without_runs_has_the_point_of_its_first(tmp_path: Path) -> None:
    run = run_row(1, AT)
    points = points_over_runs(Store(_no_spark, str(tmp_path)), run, [measure_row(run["run_id"], "routed", 3.0)], [])
    assert [(point.run_id, point.of("routed")) for point in points] == [(run["run_id"], {"": Figure(3.0)})]


def test_stored_and_own_rows_make_one_history_however_often(tmp_path: Path) -> None:
    store = Store(_no_spark, str(tmp_path))
    old, new = run_row(1, AT), run_row(2, AT + timedelta(days=1))
    own = [
        measure_row(new["run_id"], "routed", 5.0, "queue", "hr"),
        measure_row(new["run_id"], "fairness_error.kind", 0.1, "language", "de"),
    ]
    store.append_rows(RUNS, [old | REST], 1)
    store.append_rows(MEASURES, [measure_row(old["run_id"], "routed", 4.0, "queue", "hr")], 1)
    store.append_rows(ALERTS, [_alert(old["run_id"], "late"), _alert(old["run_id"], "overdue")], 1)
    first = points_over_runs(store, new, own, [_alert(new["run_id"], "late")])
    assert [(point.run_id, point.of("routed", "queue"), dict(point.raised)) for point in first] == [
        (old["run_id"], {"hr": Figure(4.0)}, {"warning": 2}),
        (new["run_id"], {"hr": Figure(5.0)}, {"warning": 1}),
    ]
    assert first[1].of("fairness_error", "language") == {}
    store.append_rows(MEASURES, own, 2)
    store.append_rows(ALERTS, [_alert(new["run_id"], "late")], 2)
    store.append_rows(RUNS, [new | REST], 2)
    assert points_over_runs(store, new, own, [_alert(new["run_id"], "late")]) == first
