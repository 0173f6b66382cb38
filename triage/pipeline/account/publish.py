"""What is written of an account: rows of the metrics tables, the pages, and the MLflow run.

All of it only informs but the row of metrics/runs, which says that the batches are accounted for: a fault of a table,
page or MLflow is logged, and the run goes on. That of a table raises `metric_failed` in the next run; those of pages
and MLflow are said on standard error only, since the tables hold the same.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.labelling.taxonomy import load_taxonomy
from triage.lake.tables import ALERTS, DRIFT, MEASURES, PROFILES, QUALITY, RUNS, Table
from triage.monitoring.drift.compare import primary_rows
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import Profile
from triage.monitoring.profiles.stored import profile_rows, taxonomy_version
from triage.monitoring.record import RunRecord
from triage.monitoring.registry import metric_of
from triage.monitoring.report.index import plots, write_index
from triage.monitoring.report.measured import thresholds
from triage.monitoring.report.page import ReportData, write_report
from triage.monitoring.tracking import record_run
from triage.pipeline.account.counts import RunTables, gate_verdicts, sources_of
from triage.pipeline.account.drift import Drift
from triage.pipeline.account.memory import MONITOR, Memory
from triage.pipeline.account.over_runs import points_over_runs
from triage.pipeline.account.profiled import Profiled
from triage.pipeline.account.results import RunFacts
from triage.pipeline.account.soft import softly
from triage.pipeline.account.watch import Watched
from triage.quality.data_docs import write_data_docs
from triage.reasons import DESCRIPTIONS

_Row = dict[str, Any]

DATA_DOCS = "data-docs"
"""Folder of the gate's pages, below that of the reports."""


@dataclass(frozen=True, slots=True)
class Accounted:
    """All that is known of a run when its results are published."""

    record: RunRecord
    tables: RunTables
    profiled: Profiled
    drift: Drift
    watched: Watched
    memory: Memory


@dataclass(frozen=True, slots=True)
class Published:
    """Path of the run's page and id of its MLflow run; None where they could not be written."""

    report: str | None = None
    mlflow_run_id: str | None = None


def publish(run: RunFacts, done: Accounted) -> Published:
    """Writes everything; the row of metrics/runs comes last, so that an account that was killed is repeated."""
    write_metrics(run, done)
    report = softly("The run's page could not be written", lambda: _write_page(run, done), None)
    charts: dict[str, str] = softly("The index over runs could not be written", lambda: _write_index(run, done), {})
    mlflow_run_id = record_run(
        run.settings,
        done.record,
        primary_rows(done.drift.rows),
        done.profiled.facts.shares(),
        report,
        done.watched.measurements,
        charts,
    )
    run.store.append_rows(RUNS, [_run_row(done.record, mlflow_run_id)], done.record.batches[-1])
    return Published(None if report is None else str(report), mlflow_run_id)


def write_metrics(run: RunFacts, done: Accounted) -> None:
    """Rows of metrics/alerts, profiles, drift, quality and measures, each table's once.

    Those of alerts come first: what is stored is not sent again by an account that is repeated after a kill.
    """
    batch, run_id = done.record.batches[-1], done.record.run_id
    taxonomy = taxonomy_version({head.name: head.labels for head in load_taxonomy(run.settings)})
    trends, measures = _parted(done.watched.measurements)
    _append(run, ALERTS, lambda: [alert.as_row(run_id) for alert in done.watched.notified.alerts], batch)
    _append(run, PROFILES, lambda: profile_rows(done.profiled.whole or Profile(), done.record, taxonomy), batch)
    _append(run, DRIFT, lambda: [row.as_row() for row in done.drift.rows], batch)
    _append(run, QUALITY, lambda: [_trend(one, run_id, batch) for one in trends], batch, MONITOR)
    _append(run, MEASURES, lambda: [one.as_row(run_id) for one in measures], batch)


def _append(run: RunFacts, table: Table, rows: Callable[[], Sequence[_Row]], batch: int, part: str = "") -> None:
    what = f"The rows of {table.name} could not be written and are missing for this run"
    softly(what, lambda: run.store.append_rows(table, rows(), batch, part), None)


def _parted(measurements: Sequence[Measurement]) -> tuple[list[Measurement], list[Measurement]]:
    """Those of data quality, and all others."""
    trends: list[Measurement] = []
    measures: list[Measurement] = []
    for one in measurements:
        metric = metric_of(one.metric)
        (trends if metric is not None and metric.family == "quality" else measures).append(one)
    return trends, measures


def _trend(one: Measurement, run_id: str, batch: int) -> _Row:
    row = one.as_row(run_id)
    return {**row, "measure": row.pop("metric"), "batch_id": batch, "stage": MONITOR, "passed": None}


def _write_page(run: RunFacts, done: Accounted) -> Path:
    folder = run.settings.reports_folder
    docs = softly("The pages of the gate could not be written", lambda: _write_docs(done, folder), "")
    drift = primary_rows(done.drift.rows)
    data = ReportData(
        run=done.record,
        facts=done.profiled.facts,
        drift=drift,
        gates=gate_verdicts(done.tables.quality),
        sources=sources_of(done.record.batches, run.store),
        reasons=DESCRIPTIONS,
        limits=run.settings.monitoring,
        options=f"--set {shlex.quote(f'lake.root={run.settings.lake.root}')}",
        raised=done.watched.notified.alerts,
        measurements=done.watched.measurements,
        past=done.memory.past,
        history=done.memory.history,
        settings=run.settings.report,
        data_docs=docs,
        thresholds=thresholds(done.watched.view),
    )
    return write_report(data, folder)


def _write_docs(done: Accounted, folder: Path) -> str:
    page = write_data_docs(done.tables.quality, folder / DATA_DOCS, done.record.run_id)
    return page.relative_to(folder).as_posix()


def _write_index(run: RunFacts, done: Accounted) -> dict[str, str]:
    """The charts of the index by name."""
    run_id = done.record.run_id
    measures = [one.as_row(run_id) for one in _parted(done.watched.measurements)[1]]
    alerts = [alert.as_row(run_id) for alert in done.watched.notified.alerts]
    points = points_over_runs(run.store, _run_row(done.record, None), measures, alerts)
    write_index(points, run.settings.reports_folder, run.settings)
    return plots(points, run.settings)


def _run_row(record: RunRecord, mlflow_run_id: str | None) -> _Row:
    return {name: getattr(record, name, None) for name in RUNS.column_names} | {
        "batches": list(record.batches),
        "mlflow_run_id": mlflow_run_id,
    }
