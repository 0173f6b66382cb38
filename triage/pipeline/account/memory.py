"""What the lake holds of earlier runs, as monitoring needs it; each table is read once, and only its recent rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from triage.lake.store import Store
from triage.lake.tables import ALERTS, BASELINES, CORRECTIONS, DRIFT, MEASURES, PROFILES, QUALITY, RUNS, Table
from triage.monitoring.alerts.metrics import METRIC_FAILED, WATCH
from triage.monitoring.drift.reference import COLUMNS, KINDS, WantedRuns
from triage.monitoring.record import RunRecord
from triage.monitoring.view import PastValue
from triage.pipeline.account.soft import softly

Rows = Sequence[Mapping[str, Any]]

MONITOR = "monitor"
"""The stage of rows in metrics/quality that are trends of a run."""

WRITTEN = ((PROFILES, ""), (DRIFT, ""), (QUALITY, MONITOR), (MEASURES, ""), (ALERTS, ""))
"""Tables that an account writes for information, with the part of its Delta transaction."""

_QUALITY = ("run_id", "measure", "by", "slice", "value", "mails")
_MEASURES = ("run_id", "metric", "by", "slice", "value", "mails")
_RECORD = tuple(name for name in RunRecord.__dataclass_fields__ if name in RUNS.column_names)


@dataclass(frozen=True)
class Memory:
    """The runs before `record`, those of the last `days` days."""

    store: Store
    record: RunRecord
    days: int

    @cached_property
    def since(self) -> datetime:
        """Where the memory begins."""
        return self.record.started_at - timedelta(days=self.days)

    @cached_property
    def past(self) -> tuple[RunRecord, ...]:
        """Records of earlier runs, the oldest first."""
        found = (_record(row) for row in self.store.rows(RUNS, _RECORD))
        earlier = [run for run in found if self.since <= run.started_at and run.run_id != self.record.run_id]
        return tuple(sorted(earlier, key=lambda run: (run.started_at, run.run_id)))

    def history(self, metric: str) -> Sequence[PastValue]:
        """Values of a metric in earlier runs, the oldest first."""
        return self._values.get(metric, ())

    @cached_property
    def alerts(self) -> Rows:
        """Rows of metrics/alerts; none where they cannot be read: then what holds is told again, and not kept back."""
        return self._alerts or ()

    @cached_property
    def _alerts(self) -> Rows | None:
        return softly("Earlier alerts could not be read: what holds is told again", self._read_alerts, None)

    def _read_alerts(self) -> Rows:
        rows = self.store.rows(ALERTS, ALERTS.column_names)
        return [row for row in rows if row["raised_at"] >= self.since and row["run_id"] != self.record.run_id]

    @cached_property
    def told(self) -> Rows | None:
        """This run's own rows of metrics/alerts, of an attempt that was killed; None where it stored none."""
        if self.store.last_batch(ALERTS) < self.record.batches[-1]:
            return None
        return list(self.store.rows(ALERTS, ALERTS.column_names, run_id=[self.record.run_id]))

    @cached_property
    def failed_before(self) -> tuple[str, ...]:
        """What the run before could not write, or this one cannot read, and its watch if that failed.

        Names are slices of `metric_failed`.
        """
        behind = [table.name for table, part in WRITTEN if self._is_behind(table, part)]
        behind += [ALERTS.name] if self._alerts is None else []
        last = self.past[-1].run_id if self.past else None
        failed = (one for one in self.history(METRIC_FAILED) if one.run_id == last and one.slice == WATCH and one.value)
        return (*behind, *(one.slice for one in failed))

    def _is_behind(self, table: Table, part: str) -> bool:
        """Whether the table lacks a batch that is accounted for, or cannot be read; one without any is new."""
        what = f"The log of {table.name} could not be read"
        return softly(what, lambda: 0 < self.store.last_batch(table, part) < self.store.last_batch(RUNS), True)

    @cached_property
    def corrections(self) -> Rows:
        """Rows of gold/corrections."""
        rows = self.store.rows(CORRECTIONS, CORRECTIONS.column_names)
        return [row for row in rows if row["corrected_at"] >= self.since]

    @cached_property
    def baselines(self) -> Rows:
        """Rows of ops/baselines."""
        return list(self.store.rows(BASELINES, BASELINES.column_names))

    def profiles(self, wanted: WantedRuns) -> Rows:
        """Rows of metrics/profiles that the references need."""
        rows: list[Mapping[str, Any]] = []
        for runs, kinds in ((wanted.whole, KINDS), (wanted.only_run, ("run",))):
            if runs:
                rows += self.store.rows(PROFILES, COLUMNS, run_id=runs, by=kinds)
        return rows

    @cached_property
    def _values(self) -> Mapping[str, Sequence[PastValue]]:
        started = {run.run_id: run.started_at for run in self.past}
        values: defaultdict[str, list[PastValue]] = defaultdict(list)
        for row in self._rows(tuple(started)):
            run_id, metric, by, of, value, mails = row
            values[metric].append(PastValue(run_id, started[run_id], metric, by, of, value, mails or 0))
        return {metric: sorted(own, key=lambda one: one.started_at) for metric, own in values.items()}

    def _rows(self, run_ids: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        if not run_ids:
            return
        for row in self.store.rows(QUALITY, _QUALITY, stage=[MONITOR], run_id=run_ids):
            yield tuple(row[name] for name in _QUALITY)
        for row in self.store.rows(MEASURES, _MEASURES, run_id=run_ids):
            yield tuple(row[name] for name in _MEASURES)


def _record(row: Mapping[str, Any]) -> RunRecord:
    known = dict(row) | {"batches": tuple(row["batches"]), "started_at": row["started_at"].astimezone(UTC)}
    return RunRecord(**known)
