"""What a run's page shows, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from triage.config import MonitoringSettings, ReportSettings, Settings
from triage.monitoring.facts import ReportFacts
from triage.monitoring.fairness.thresholds import SliceThreshold
from triage.monitoring.measurement import Measurement
from triage.monitoring.record import DriftRow, GateVerdict, RunRecord, SourceFacts
from triage.monitoring.view import History, no_history


class Alert(Protocol):
    """An alert as the page shows it; `cost` is the expected cost of ignoring it for a day, `runbook` a file's name."""

    @property
    def rule(self) -> str: ...

    @property
    def by(self) -> str: ...

    @property
    def slice(self) -> str: ...

    @property
    def state(self) -> str: ...

    @property
    def severity(self) -> str: ...

    @property
    def owner(self) -> str: ...

    @property
    def sentence(self) -> str: ...

    @property
    def cost(self) -> float: ...

    @property
    def folded(self) -> Sequence[str]: ...

    @property
    def runbook(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that the page shows; it contains no mail text and no names.

    `reasons` has the meaning and remedy of each reason and mark by code; `options` are the options by which commands
    find the lake, such as `--set lake.root=…`. `past` are the records of earlier runs, the oldest first, `history`
    their measurements by metric. `raised` are the alerts of the run's rules, None where no rules were evaluated.
    `data_docs` is the path of the gate's documents, relative to the page.
    """

    run: RunRecord
    facts: ReportFacts
    drift: Sequence[DriftRow] = ()
    gates: Sequence[GateVerdict] = ()
    sources: Sequence[SourceFacts] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    limits: MonitoringSettings = field(default_factory=lambda: Settings().monitoring)
    options: str = ""
    alerts: Sequence[str] = ()
    """Faults for a person to look at, a sentence each."""

    raised: Sequence[Alert] | None = None
    measurements: Sequence[Measurement] = ()
    past: Sequence[RunRecord] = ()
    history: History = no_history
    settings: ReportSettings = field(default_factory=ReportSettings)
    data_docs: str = ""
    thresholds: Sequence[tuple[str, SliceThreshold]] = ()
    """Heads with what thresholds by slice would change (`measured.thresholds`)."""
