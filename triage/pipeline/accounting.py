"""The run summary: what a run did, counted from the tables, compared with the baseline, recorded and reported."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from triage.config import Settings
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import DRIFT, PROFILES, ROUTES, RUNS, TAGGER_FALLBACK
from triage.monitoring.drift.compare import primary_rows
from triage.monitoring.facts import ReportFacts, facts_of
from triage.monitoring.profiles.collect import profile_of
from triage.monitoring.profiles.observations import observations
from triage.monitoring.profiles.profile import Profile
from triage.monitoring.profiles.profile_file import ModelProfile
from triage.monitoring.profiles.stored import profile_rows, taxonomy_version
from triage.monitoring.record import DriftRow, RunRecord
from triage.monitoring.report.page import ReportData, write_report
from triage.monitoring.tracking import record_run
from triage.pipeline.counts import Counts, Rows, counts_of, gate_verdicts, sources_of, tables_of
from triage.pipeline.drift import measure_drift
from triage.pipeline.memory import Memory
from triage.reasons import DESCRIPTIONS, GateReason


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run knows of itself; all else in its summary is counted from the tables.

    `started_at` is aware, in UTC; `model_version` None where no label model was needed; `model_alerts` say which
    registered model was refused, and what labels instead; `model_profile` is that of its labelled rows.
    """

    settings: Settings
    store: Store
    started_at: datetime
    stage_seconds: Mapping[str, float]
    model_version: str | None
    model_alerts: tuple[str, ...]
    policy_version: str
    rules_version: str
    key_id: str
    model_profile: ModelProfile | None = None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run's record, how many mails a replay published, and the path of the report (None: there was nothing to do)."""

    record: RunRecord
    replayed: int = 0
    report: str | None = None
    mlflow_run_id: str | None = None
    alerts: tuple[str, ...] = ()
    gates_passed: bool = True

    @property
    def exit_code(self) -> int:
        """1 for a run whose gate quarantined whole batches: nothing is lost, but somebody must look; else 0."""
        return 0 if self.gates_passed else 1

    def __add__(self, later: RunSummary) -> RunSummary:
        """Both summaries of one run as one, with the later one's report, which is the newest."""
        if not self.record.batches or not later.record.batches:
            return later if later.record.batches else self
        one, two = self.record, later.record
        names = ("read", "new", "duplicate", "published", "quarantined")
        sums = {f"messages_{n}": getattr(one, f"messages_{n}") + getattr(two, f"messages_{n}") for n in names}
        return replace(
            later,
            record=replace(two, batches=one.batches + two.batches, **sums),
            replayed=self.replayed + later.replayed,
            alerts=tuple(dict.fromkeys(self.alerts + later.alerts)),
            gates_passed=self.gates_passed and later.gates_passed,
        )


def unaccounted_batches(store: Store) -> range:
    """Batches that have passed all stages and are in no run's record."""
    return range(store.last_batch(RUNS) + 1, store.last_batch(ROUTES) + 1)


def nothing_new(run: RunFacts) -> RunSummary:
    """The summary of a run without batches."""
    return RunSummary(_record(run, f"nothing-new-{run.started_at:%Y%m%dT%H%M%SZ}", range(0), Counts()))


def account(run: RunFacts, batches: range) -> RunSummary:
    """Counts what became of finished batches, measures drift, and writes the report, the MLflow run and `metrics`.

    The run's id names the batches, so that a repeated account is the same. Raises ContractError where messages are
    missing.
    """
    tables = tables_of(batches, run.store)
    counts = counts_of(batches, tables.quality, run.store)
    record = _record(run, f"batches-{batches[0]:06d}-{batches[-1]:06d}", batches, counts)
    routed_at = run.started_at + timedelta(seconds=record.seconds)
    seen = observations(tables.silver, tables.quarantine, tables.labels, tables.routes, tables.ledger)
    profile = profile_of(seen, routed_at)
    _store_profile(run, profile, record)
    facts = facts_of(profile, routed_at)
    memory = Memory(run.store, record, run.settings.monitoring.history_days)
    drift = measure_drift(memory, run.settings, run.model_profile, profile, tables.silver)
    run.store.append_rows(DRIFT, [row.as_row() for row in drift.rows], batches[-1])
    failed = failed_gates(facts)
    shown = primary_rows(drift.rows)
    alerts = (*alerts_of(run, counts, shown, failed), *drift.refused, *tagger_alerts(tables.quality))
    data = _report_data(run, record, facts, shown, tables.quality)
    report = write_report(replace(data, alerts=alerts), run.settings.reports_folder)
    mlflow_run_id = record_run(run.settings, record, shown, facts.shares(), report)
    run.store.append_rows(RUNS, [_run_row(record, mlflow_run_id)], batches[-1])
    return RunSummary(record, counts.replayed, str(report), mlflow_run_id, alerts, not failed)


def _store_profile(run: RunFacts, profile: Profile, record: RunRecord) -> None:
    taxonomy = taxonomy_version({head.name: head.labels for head in load_taxonomy(run.settings)})
    run.store.append_rows(PROFILES, profile_rows(profile, record, taxonomy), record.batches[-1])


def _record(run: RunFacts, run_id: str, batches: range, counts: Counts) -> RunRecord:
    return RunRecord(
        run_id=run_id,
        started_at=run.started_at,
        seconds=round((datetime.now(UTC) - run.started_at).total_seconds(), 3),
        batches=tuple(batches),
        messages_read=counts.read,
        messages_new=counts.new,
        messages_duplicate=counts.read - counts.new,
        messages_published=counts.published,
        messages_quarantined=counts.quarantined,
        stage_seconds={name: round(seconds, 3) for name, seconds in run.stage_seconds.items()},
        model_version=run.model_version,
        policy_version=run.policy_version,
        rules_version=run.rules_version,
        key_id=run.key_id,
    )


def _run_row(record: RunRecord, mlflow_run_id: str | None) -> dict[str, Any]:
    return {name: getattr(record, name, None) for name in RUNS.column_names} | {
        "batches": list(record.batches),
        "mlflow_run_id": mlflow_run_id,
    }


def _report_data(
    run: RunFacts,
    record: RunRecord,
    facts: ReportFacts,
    drift: Sequence[DriftRow],
    quality: Rows,
) -> ReportData:
    return ReportData(
        run=record,
        facts=facts,
        drift=drift,
        baseline={row.feature: row.was for row in drift if row.by == "run" and row.was},
        gates=gate_verdicts(quality),
        sources=sources_of(record.batches, run.store),
        reasons=DESCRIPTIONS,
        limits=run.settings.monitoring,
        options=f"--set {shlex.quote(f'lake.root={run.settings.lake.root}')}",
    )


def failed_gates(facts: ReportFacts) -> list[str]:
    """The expectations for which mails are quarantined.

    Read from the reasons in quarantine, since of a batch that was killed metrics/quality keeps the first attempt's
    verdicts.
    """
    return sorted(gate.expectation for gate in map(GateReason.parse, facts.reasons) if gate)


def alerts_of(run: RunFacts, counts: Counts, drift: Sequence[DriftRow], failed: Sequence[str]) -> list[str]:
    """What somebody should look at, a sentence each."""
    moved = [row.feature for row in drift if row.status == "alert" and row.by == "run"]
    alerts = list(run.model_alerts)
    if failed:
        alerts.append(f"The gate quarantined whole batches: {', '.join(failed)}. Replay them after a fix.")
    if moved:
        alerts.append(f"Drift: {', '.join(moved)} moved far from the reference.")
    if counts.quarantined_share > run.settings.quality.max_quarantine_share:
        alerts.append(f"{counts.quarantined_share:.0%} of the new mails are in quarantine.")
    return alerts


def tagger_alerts(quality: Rows) -> list[str]:
    """The alert of batches in which spaCy itself tagged names, instead of triage.privacy.tagging."""
    batches = sorted({row["batch_id"] for row in quality if row["measure"] == TAGGER_FALLBACK})
    if not batches:
        return []
    return [
        f"spaCy's own code tagged names in batches {', '.join(map(str, batches))}, which takes longer: a language"
        " package or spaCy has another version than conf/requirements.lock. Run the set-up again."
    ]
