"""What a run did: counted from the tables, compared with the baseline, recorded, reported."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.errors import ContractError
from triage.lake.store import Store
from triage.lake.tables import DRIFT, LABELS, LEDGER, QUALITY, QUARANTINE, ROUTES, RUNS, SILVER_MAIL, Table
from triage.monitoring.facts import ReportFacts, collect
from triage.monitoring.measure import measure_drift
from triage.monitoring.record import DriftRow, GateVerdict, RunRecord, SourceFacts
from triage.monitoring.report import ReportData, write_report
from triage.monitoring.tracking import record_run
from triage.quality.residue import TAGGER_FALLBACK
from triage.reasons import DESCRIPTIONS, GateReason

if TYPE_CHECKING:
    from triage.pipeline.run import Run

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Account:
    """A run's record, how many mails a replay published, and where the report lies (None: nothing was to do)."""

    record: RunRecord
    replayed: int = 0
    report: str | None = None
    mlflow_run_id: str | None = None
    alerts: tuple[str, ...] = ()
    gates_passed: bool = True

    def __add__(self, later: Account) -> Account:
        """Both accounts of one run as one; the later one's places, since its report is the newest."""
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


@dataclass(frozen=True, slots=True)
class Tables:
    """A run's own rows; the counts and verdicts are in the driver."""

    silver: DataFrame
    quarantine: DataFrame
    labels: DataFrame
    routes: DataFrame
    quality: Rows


@dataclass(frozen=True, slots=True)
class Counts:
    """Messages by what became of them; those of replays stand apart, since no run reads them anew."""

    read: int = 0
    new: int = 0
    published: int = 0
    quarantined: int = 0
    replayed: int = 0
    batches: tuple[int, ...] = field(default_factory=tuple)


def account_for(run: Run) -> Account:
    """Records all batches that are finished and not yet accounted for, also those of a run that was killed.

    The run's id names its batches, so that a repeated account is the same. Where there are none, nothing
    is written.
    """
    first, last = run.store.last_batch(RUNS) + 1, run.store.last_batch(ROUTES)
    if last < first:
        return Account(_record(run, f"nothing-new-{run.started_at:%Y%m%dT%H%M%SZ}", Counts()))
    run.start_spark()
    with run.stage("account"):
        return _account(run, first, last)


def _account(run: Run, first: int, last: int) -> Account:
    tables = _tables(run.store, first, last)
    counts = _counts(tables.quality, tuple(range(first, last + 1)), run.store)
    _refuse_imbalance(counts, first, last)
    record = _record(run, f"batches-{first:06d}-{last:06d}", counts)
    baseline = list(run.store.rows(DRIFT, DRIFT.column_names, status=["baseline"]))
    mails = counts.published + counts.replayed
    with ThreadPoolExecutor(1) as beside:  # of a small run each is a second of planning on one core
        counting = beside.submit(collect, tables.silver, tables.quarantine, tables.labels, tables.routes)
        drift = measure_drift(
            record.run_id, tables.silver, tables.labels, tables.routes, baseline, mails, run.settings
        )
        facts = counting.result()
    run.store.append_rows(DRIFT, [row.as_row() for row in drift], last)
    gates, held_by = _gates(tables.quality), _held_by(facts)
    alerts = (*_alerts(drift, held_by, counts, run), *_tagger_alerts(tables.quality))
    known = {row["feature"]: dict(row["histogram"]) for row in baseline}
    data = _report_data(run, record, facts, drift, known, gates)
    report = write_report(replace(data, alerts=alerts), run.settings.reports_folder)
    mlflow_run_id = record_run(run.settings, record, drift, facts.shares(), report)
    run.store.append_rows(RUNS, [_run_row(record, mlflow_run_id)], last)
    return Account(
        record,
        counts.replayed,
        str(report),
        mlflow_run_id,
        alerts,
        not held_by,
    )


def _tables(store: Store, first: int, last: int) -> Tables:
    def own(table: Table) -> DataFrame:
        return store.read(table).where(f.col("batch_id").between(first, last))

    quality = list(store.rows(QUALITY, QUALITY.column_names, batch_id=range(first, last + 1)))
    return Tables(own(SILVER_MAIL), own(QUARANTINE), own(LABELS), own(ROUTES), quality)


def _counts(quality: Rows, batches: tuple[int, ...], store: Store) -> Counts:
    planned = store.rows(LEDGER, ("batch_id",), kind=["replay"], batch_id=batches)
    replays = {row["batch_id"] for row in planned}
    figures: Counter[str] = Counter()
    for row in quality:
        if row["stage"] == "ingest":
            figures[row["measure"]] += int(row["value"])
    read = set(batches) - replays
    return Counts(
        read=figures["new"] + figures["duplicate"],
        new=figures["new"],
        published=store.count(SILVER_MAIL, batch_id=read),
        quarantined=store.count(QUARANTINE, batch_id=read),
        replayed=store.count(SILVER_MAIL, batch_id=replays),
        batches=batches,
    )


def _refuse_imbalance(counts: Counts, first: int, last: int) -> None:
    if counts.new != counts.published + counts.quarantined:
        raise ContractError(
            f"{counts.new} new messages, but {counts.published} published and {counts.quarantined} in quarantine.",
            where=f"batches {first} to {last}",
            remedy="Compare vault/raw_mail with silver/mail and quarantine/mail by mail_key, and report it.",
        )


def _record(run: Run, run_id: str, counts: Counts) -> RunRecord:
    return RunRecord(
        run_id=run_id,
        started_at=run.started_at,
        seconds=round((datetime.now(UTC) - run.started_at).total_seconds(), 3),
        batches=counts.batches,
        messages_read=counts.read,
        messages_new=counts.new,
        messages_duplicate=counts.read - counts.new,
        messages_published=counts.published,
        messages_quarantined=counts.quarantined,
        stage_seconds={name: round(seconds, 3) for name, seconds in run.stage_seconds.items()},
        model_version=run.model_version,
        policy_version=run.policy.version,
        rules_version=run.rules.version,
        key_id=run.keys.key_id,
    )


def _run_row(record: RunRecord, mlflow_run_id: str | None) -> dict[str, Any]:
    return {name: getattr(record, name, None) for name in RUNS.column_names} | {
        "batches": list(record.batches),
        "mlflow_run_id": mlflow_run_id,
    }


def _held_by(facts: ReportFacts) -> list[str]:
    """The gates that hold mails, by what lies in quarantine: of a batch that was killed, the verdicts are the first attempt's."""
    return sorted(gate.expectation for gate in map(GateReason.parse, facts.reasons) if gate)


def _gates(quality: Rows) -> list[GateVerdict]:
    verdicts = [GateVerdict(**row) for row in quality if row["passed"] is not None]
    return sorted(verdicts, key=lambda verdict: (verdict.batch_id, verdict.measure))


def _sources(batches: Sequence[int], store: Store) -> list[SourceFacts]:
    files: dict[str, set[str]] = defaultdict(set)
    size: Counter[str] = Counter()
    columns = ("format", "file_key", "range_start", "range_end")
    for row in store.rows(LEDGER, columns, kind=["file"], batch_id=batches):
        files[row["format"]].add(row["file_key"])
        size[row["format"]] += row["range_end"] - row["range_start"]
    return [SourceFacts(form, len(files[form]), size[form]) for form in sorted(files)]


def _report_data(
    run: Run,
    record: RunRecord,
    facts: ReportFacts,
    drift: Sequence[DriftRow],
    baseline: Mapping[str, Mapping[str, int]],
    gates: Sequence[GateVerdict],
) -> ReportData:
    return ReportData(
        run=record,
        facts=facts,
        drift=drift,
        baseline=baseline,
        gates=gates,
        sources=_sources(record.batches, run.store),
        reasons=DESCRIPTIONS,
        limits=run.settings.monitoring,
        options=f"--set {shlex.quote(f'lake.root={run.settings.lake.root}')}",
    )


def _tagger_alerts(quality: Rows) -> list[str]:
    batches = sorted({row["batch_id"] for row in quality if row["measure"] == TAGGER_FALLBACK})
    if not batches:
        return []
    return [
        f"spaCy's own code tagged names in batches {', '.join(map(str, batches))}, which takes longer: a language package"
        " or spaCy has another version than conf/requirements.lock. Run the set-up again."
    ]


def _alerts(drift: Sequence[DriftRow], held_by: Sequence[str], counts: Counts, run: Run) -> list[str]:
    moved = [row.feature for row in drift if row.status == "alert"]
    share = counts.quarantined / counts.new if counts.new else 0.0
    told = list(run.model_alerts)
    if held_by:
        told.append(f"The gate held whole batches: {', '.join(held_by)}. Replay them after a fix.")
    if moved:
        told.append(f"Drift: {', '.join(moved)} moved far from the baseline.")
    if share > run.settings.quality.max_quarantine_share:
        told.append(f"{share:.0%} of the new mails are in quarantine.")
    return told
