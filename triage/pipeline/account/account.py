"""The account of finished batches: counted from the tables, compared with earlier runs, recorded and reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from triage.lake.store import Store
from triage.lake.tables import LEDGER, ROUTES, RUNS, TAGGER_FALLBACK
from triage.monitoring.alerts.metrics import DRIFT, PROFILE, RULES_REFUSED, UNFINISHED
from triage.monitoring.facts import ReportFacts
from triage.monitoring.record import RunRecord
from triage.monitoring.service.attempts import read_attempts
from triage.pipeline.account.counts import Counts, Rows, counts_of, tables_of
from triage.pipeline.account.drift import Drift, measure_drift
from triage.pipeline.account.memory import MONITOR, Memory
from triage.pipeline.account.profiled import Profiled, profile_run
from triage.pipeline.account.publish import Accounted, publish
from triage.pipeline.account.relabels import unfinished_sentences
from triage.pipeline.account.results import RunFacts, RunSummary
from triage.pipeline.account.soft import softly
from triage.pipeline.account.source_names import source_names, with_folders
from triage.pipeline.account.watch import RunToWatch, unwatched, watch
from triage.pipeline.outcome import low_volume, quarantine
from triage.reasons import GateReason


def unaccounted_batches(store: Store) -> range:
    """Batches that have passed all stages and are in no run's record."""
    return range(store.last_batch(RUNS) + 1, store.last_batch(ROUTES) + 1)


def nothing_new(run: RunFacts) -> RunSummary:
    """The summary of a run without batches."""
    return RunSummary(_record(run, f"nothing-new-{run.started_at:%Y%m%dT%H%M%S%fZ}", range(0), Counts()))


def account(run: RunFacts, batches: range) -> RunSummary:
    """Counts what became of finished batches, watches over it, and writes `metrics`, the pages and the MLflow run.

    The run's id names the batches, so that a repeated account is of the same run. Its process has not worked all
    stages: their time and cost are unknown then, and mails waited until they were routed, not until now. Raises
    ContractError where messages are missing.
    """
    tables = tables_of(batches, run.store)
    counts = counts_of(batches, tables.quality, run.store)
    record = _record(run, f"batches-{batches[0]:06d}-{batches[-1]:06d}", batches, counts)
    now = run.started_at + timedelta(seconds=record.seconds)
    routed_at = now if run.is_whole else routing_time(run.store, batches[-1], now)
    profiled = profile_run(tables, counts, routed_at, lambda: source_names(batches, run.store, run.settings, run.keys))
    memory = Memory(run.store, record, run.settings.monitoring.history_days)
    drift = Drift()
    if profiled.whole is not None:
        drift = measure_drift(memory, run.settings, run.model_profile, profiled.whole, tables.silver)
    failed = failed_gates(profiled.facts)
    watched = softly(
        "The run could not be watched: no metric is measured and no alert is told",
        lambda: watch(_to_watch(run, record, profiled, drift, tables.quality, failed), memory),
        unwatched(run.settings, record, profiled.known),
    )
    published = publish(run, Accounted(record, tables, profiled, drift, watched, memory))
    told = watched.notified
    return RunSummary(
        record,
        counts.replayed,
        published.report,
        published.mlflow_run_id,
        told.sentences,
        with_folders(told.lines, run.settings, run.keys),
        not failed,
        (*quarantine(record, run.settings), *low_volume(watched.measurements, run.settings)),
    )


def _to_watch(
    run: RunFacts, record: RunRecord, profiled: Profiled, drift: Drift, quality: Rows, failed: Sequence[str]
) -> RunToWatch:
    counts = [row for row in quality if row["stage"] != MONITOR]
    unfinished = unfinished_sentences(run.store)
    return RunToWatch(
        run.settings,
        record,
        profiled.known,
        run.alert_rules,
        references=drift.references,
        drift=drift.rows,
        counts=counts,
        model=run.model,
        model_alerts=run.model_alerts,
        references_refused=drift.refused,
        relabels_unfinished=unfinished,
        attempts=read_attempts(run.settings.reports_folder),
        cores=run.cores,
        oldest_planned_at=_oldest_planned(run.store),
        is_resumed=is_resumed(run.store, record),
        details=_details(run, counts, failed)
        | {"reference_refused": " ".join(drift.refused), UNFINISHED: " ".join(unfinished)},
        failed=tuple(name for name, has in ((PROFILE, profiled.whole is None), (DRIFT, drift.failed)) if has),
        is_profiled=profiled.whole is not None,
    )


def _details(run: RunFacts, counts: Rows, failed: Sequence[str]) -> dict[str, str]:
    """What the run itself says of a metric, for the sentences of its alerts."""
    slow = sorted({row["batch_id"] for row in counts if row["measure"] == TAGGER_FALLBACK})
    return {
        "gate_failed": ", ".join(failed),
        "model_refused": " ".join(run.model_alerts),
        RULES_REFUSED: " ".join(run.alert_rules.refused),
        "detector_fallback": f"Batches: {', '.join(map(str, slow))}." if slow else "",
    }


def is_resumed(store: Store, record: RunRecord) -> bool:
    """Whether an earlier run planned a batch of this one, and was killed."""
    planned = store.rows(LEDGER, ("planned_at",), batch_id=list(record.batches))
    return any(row["planned_at"] < record.started_at for row in planned)


def _oldest_planned(store: Store) -> datetime | None:
    """When the oldest batch was planned that is not routed yet."""
    waiting = range(store.last_batch(ROUTES) + 1, store.last_batch(LEDGER) + 1)
    planned = (row["planned_at"] for row in store.rows(LEDGER, ("planned_at",), batch_id=list(waiting)))
    return min(planned, default=None) if waiting else None


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
        stage_seconds={name: round(seconds, 3) for name, seconds in run.stage_seconds.items() if run.is_whole},
        model_version=run.model_version,
        policy_version=run.policy_version,
        rules_version=run.rules_version,
        key_id=run.keys.key_id,
        is_whole=run.is_whole,
    )


def routing_time(store: Store, batch: int, now: datetime) -> datetime:
    """When an earlier process routed the batch, which mails did not wait beyond; `now` where the log does not say."""

    def read() -> datetime:
        commits = store.commits(ROUTES) or ()
        return min((one.at for one in commits if one.at and one.transactions.get(ROUTES.name) == batch), default=now)

    return min(now, softly("When the mails were routed could not be read", read, now))


def failed_gates(facts: ReportFacts) -> list[str]:
    """The expectations for which mails are quarantined.

    Read from the reasons in quarantine, since of a batch that was killed metrics/quality keeps the first attempt's
    verdicts.
    """
    return sorted(gate.expectation for gate in map(GateReason.parse, facts.reasons) if gate)
