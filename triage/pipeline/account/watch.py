"""What a run's profile and drift mean beside what is known of earlier runs: measurements and alerts.

No table is read or written here, so that a run can be repeated over any memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from triage.config import Settings
from triage.monitoring.alerts.metrics import METRIC_FAILED, PARTS, RULES_REFUSED, UNFINISHED, WATCH, failures
from triage.monitoring.alerts.notify import Notified, notify, told_before
from triage.monitoring.alerts.rules.load import AlertRules
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import Profile
from triage.monitoring.record import DriftRow, RunRecord
from triage.monitoring.registry import METRICS
from triage.monitoring.service.attempts import Attempt
from triage.monitoring.view import ModelFacts, PastValue, Reference, RunView
from triage.monitoring.watch import Measured, measure

Rows = Sequence[Mapping[str, Any]]

_WITHOUT_PROFILE = (
    "gate_failed",
    "quarantine_limit",
    "model_refused",
    "reference_refused",
    RULES_REFUSED,
    UNFINISHED,
    "job_success",
    "lateness",
)
"""Metrics that need no profile, or its reasons alone."""


class EarlierRuns(Protocol):
    """What is known of the runs before; what is read only once."""

    @property
    def past(self) -> Sequence[RunRecord]: ...

    @property
    def alerts(self) -> Rows: ...

    @property
    def corrections(self) -> Rows: ...

    @property
    def told(self) -> Rows | None:
        """Rows of metrics/alerts of an attempt at the same run that was killed; None where it stored none."""

    @property
    def failed_before(self) -> Sequence[str]:
        """As for `notify`."""

    def history(self, metric: str) -> Sequence[PastValue]: ...


@dataclass(frozen=True, slots=True)
class RunToWatch:
    """A run and what monitoring needs of it; fields as in `RunView`, `details` as `notify` takes them.

    `failed` are parts of monitoring that failed before it (triage.monitoring.alerts.metrics). `is_profiled` says that
    the profile is the whole one: where it is not, only metrics that need none are measured, since missing slices would
    look like missing mail.
    """

    settings: Settings
    record: RunRecord
    profile: Profile
    rules: AlertRules
    references: Mapping[str, Reference] = field(default_factory=dict)
    drift: Sequence[DriftRow] = ()
    counts: Rows = ()
    model: ModelFacts | None = None
    model_alerts: Sequence[str] = ()
    references_refused: Sequence[str] = ()
    relabels_unfinished: Sequence[str] = ()
    attempts: Sequence[Attempt] = ()
    cores: int = 1
    oldest_planned_at: datetime | None = None
    is_resumed: bool = False
    details: Mapping[str, str] = field(default_factory=dict)
    failed: tuple[str, ...] = ()
    is_profiled: bool = True


@dataclass(frozen=True, slots=True)
class Watched:
    """What a run measured, and what was told of it."""

    view: RunView
    measured: Measured
    notified: Notified

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """All of the run, those of the watch itself last."""
        return (*self.measured.measurements, *self.notified.measurements)


def watch(run: RunToWatch, earlier: EarlierRuns) -> Watched:
    """Measures all metrics, evaluates the alert rules, and sends what is news."""
    view = RunView(
        run.settings,
        run.record,
        run.profile,
        past=earlier.past,
        history=earlier.history,
        references=run.references,
        drift=run.drift,
        counts=run.counts,
        corrections=earlier.corrections,
        model=run.model,
        attempts=run.attempts,
        cores=run.cores,
        model_alerts=run.model_alerts,
        references_refused=run.references_refused,
        relabels_unfinished=run.relabels_unfinished,
        alert_rules_refused=run.rules.refused,
        oldest_planned_at=run.oldest_planned_at,
        is_resumed=run.is_resumed,
    )
    found = measure(view, [metric for metric in METRICS if run.is_profiled or metric.name in _WITHOUT_PROFILE])
    measured = Measured(found.measurements, (*found.failed, *run.failed), (*found.worked, *PARTS))
    if earlier.told is not None:
        return Watched(view, measured, told_before(run.rules, measured, earlier.told))
    now, before = run.record.started_at, earlier.failed_before
    return Watched(view, measured, notify(run.rules, measured, earlier.alerts, now, run.details, before))


def unwatched(settings: Settings, record: RunRecord, profile: Profile) -> Watched:
    """Of a run whose watch failed: nothing but that it did, which the next run tells."""
    failure = tuple(failures(METRIC_FAILED, "metric", (WATCH,), (WATCH,)))
    return Watched(RunView(settings, record, profile), Measured(failed=(WATCH,)), Notified(measurements=failure))
