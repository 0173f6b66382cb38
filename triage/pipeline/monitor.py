"""What a run's profile means beside what is known of earlier runs: references, drift, measurements, alerts.

No table is read or written here, so that a run can be repeated over any memory.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from triage.config import Settings
from triage.monitoring.alerts.notify import Notified, notify
from triage.monitoring.alerts.rules.load import AlertRules
from triage.monitoring.drift.compare import compare
from triage.monitoring.drift.reference import ModelProfile, References, WantedRuns, references_of, wanted_runs
from triage.monitoring.profiles.profile import Profile
from triage.monitoring.record import DriftRow, RunRecord
from triage.monitoring.view import ModelFacts, PastValue, RunView
from triage.monitoring.watch import Measured, measure

_log = logging.getLogger(__name__)

Rows = Sequence[Mapping[str, Any]]


class EarlierRuns(Protocol):
    """What is known of the runs before."""

    @property
    def past(self) -> Sequence[RunRecord]: ...

    @property
    def alerts(self) -> Rows: ...

    @property
    def corrections(self) -> Rows: ...

    @property
    def baselines(self) -> Rows: ...

    def history(self, metric: str) -> Sequence[PastValue]: ...

    def profiles(self, wanted: WantedRuns) -> Rows: ...


@dataclass(frozen=True, slots=True)
class RunToWatch:
    """A run and what monitoring needs of it beside its profile.

    `taxonomy_version` is the digest of heads and labels in force; `model_profile` the one that is stored with the label
    model, None where it has none; `quality` the rows of metrics/quality of its batches.
    """

    settings: Settings
    record: RunRecord
    profile: Profile
    taxonomy_version: str
    rules: AlertRules
    quality: Rows = ()
    model: ModelFacts | None = None
    model_profile: ModelProfile | None = None
    model_alerts: Sequence[str] = ()
    attempts: Rows = ()
    cores: int = 1


@dataclass(frozen=True, slots=True)
class Watched:
    """What was found: the view with its drift, measurements, alerts, and a sentence for each refused reference."""

    view: RunView
    measured: Measured = field(default_factory=Measured)
    notified: Notified = field(default_factory=Notified)
    refused: tuple[str, ...] = ()

    @property
    def drift(self) -> Sequence[DriftRow]:
        """Rows of metrics/drift."""
        return self.view.drift


def watch(run: RunToWatch, earlier: EarlierRuns) -> Watched:
    """Compares, measures, evaluates the alert rules, and sends what is news."""
    references = _references(run, earlier)
    view = RunView(
        run.settings,
        run.record,
        run.profile,
        past=earlier.past,
        history=earlier.history,
        references=references.found,
        counts=run.quality,
        corrections=earlier.corrections,
        model=run.model,
        attempts=run.attempts,
        cores=run.cores,
        model_alerts=run.model_alerts,
    )
    drift = compare(run.record.run_id, run.profile, references.found, run.settings.monitoring)
    view = replace(view, drift=drift)
    measured = measure(view)
    details = {"model_refused": " ".join(run.model_alerts)}
    notified = notify(run.rules, measured, earlier.alerts, run.record.started_at, details)
    return Watched(view, measured, notified, references.refused)


def _references(run: RunToWatch, earlier: EarlierRuns) -> References:
    wanted = wanted_runs(run.record, earlier.past, earlier.baselines, run.settings.monitoring)
    return references_of(wanted, earlier.profiles(wanted), run.model_profile, run.taxonomy_version)
