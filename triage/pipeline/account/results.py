"""What a run knows of itself before its account, and what its summary says after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from triage.config import Settings
from triage.lake.store import Store
from triage.monitoring.alerts.rules.load import AlertRules
from triage.monitoring.profiles.profile_file import ModelProfile
from triage.monitoring.record import RunRecord
from triage.monitoring.view import ModelFacts
from triage.pipeline.outcome import Finding
from triage.privacy.pseudonyms.keys import Keys


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run knows of itself; all else in its summary is counted from the tables.

    `started_at` is aware, in UTC; `model_version` None where no label model was needed; `model_alerts` say which
    registered model was refused, and what labels instead; `model_profile` is that of its labelled rows, `cores`
    are those that its stages could use. `is_whole` says that its process worked all stages of its batches.
    """

    settings: Settings
    store: Store
    started_at: datetime
    stage_seconds: Mapping[str, float]
    model_version: str | None
    model_alerts: tuple[str, ...]
    policy_version: str
    rules_version: str
    keys: Keys
    alert_rules: AlertRules
    model: ModelFacts | None = None
    model_profile: ModelProfile | None = None
    cores: int = 1
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run's record, how many mails a replay published, and the path of the report (None: there was nothing to do).

    `alerts` are a sentence for each alert that holds, `news` what is printed of them, `findings` what a scheduler may
    have to hear.
    """

    record: RunRecord
    replayed: int = 0
    report: str | None = None
    mlflow_run_id: str | None = None
    alerts: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    gates_passed: bool = True
    findings: tuple[Finding, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 where the gate quarantined whole batches or a finding fails: nothing is lost, but somebody must look."""
        return 1 if not self.gates_passed or any(finding.fails for finding in self.findings) else 0

    def __add__(self, later: RunSummary) -> RunSummary:
        """Both summaries of one run as one, with the later one's report, which is the newest, and the time of both."""
        if not self.record.batches or not later.record.batches:
            return later if later.record.batches else self
        one, two = self.record, later.record
        names = ("read", "new", "duplicate", "published", "quarantined")
        sums = {f"messages_{n}": getattr(one, f"messages_{n}") + getattr(two, f"messages_{n}") for n in names}
        names_of_stages = dict.fromkeys([*one.stage_seconds, *two.stage_seconds])
        stages = {n: one.stage_seconds.get(n, 0.0) + two.stage_seconds.get(n, 0.0) for n in names_of_stages}
        seconds = one.seconds + two.seconds
        both = replace(two, started_at=one.started_at, seconds=seconds, stage_seconds=stages, **sums)
        return replace(
            later,
            record=replace(both, batches=one.batches + two.batches),
            replayed=self.replayed + later.replayed,
            alerts=tuple(dict.fromkeys(self.alerts + later.alerts)),
            news=tuple(dict.fromkeys(self.news + later.news)),
            gates_passed=self.gates_passed and later.gates_passed,
            findings=tuple(dict.fromkeys(self.findings + later.findings)),
        )
