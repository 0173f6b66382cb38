"""The stage anonymize: `vault/raw_mail` to `silver/mail` or `quarantine/mail`.

Clear text exists only in a child process of the Python worker (triage.sandbox); what it returns is anonymized, or a
mail key with reason codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.background import in_background
from triage.config import LimitSettings, Settings
from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS, QUALITY, QUARANTINE, SILVER_MAIL, TAGGER_FALLBACK, Privacy
from triage.privacy.policy import load_policy
from triage.privacy.pseudonyms.data_keys import month_of_batch, sealing_key, with_data_keys
from triage.privacy.pseudonyms.keys import DataKey, Keys
from triage.privacy.pseudonyms.sealing import data_key_of
from triage.quality.residue import privacy_counts, residue
from triage.quality.rules import violations
from triage.reasons import GateReason, Mark, Reason
from triage.sandbox.limits import Bounds
from triage.sandbox.pool import SandboxSettings, shared_sandbox
from triage.spark.arrow import batches, by_thread, pack, redact_errors
from triage.stages.mail_processor import ENTRY, OPENED_BY, PLACE, SEALED_BY, MailProcessorFactory, Row, quarantined
from triage.stages.replay import raw_mails

if TYPE_CHECKING:
    from triage.quality.gate import Verdict

_TASKS_PER_CORE = 8
"""Enough that the last tasks, on few cores, take a small part of the time: threads differ much in size."""
_TOKENS = t.StructType([t.StructField(c.name, c.type) for c in PSEUDONYMS.columns if c.name in ENTRY])
_TEXT_COLUMNS = [*(c.name for c in SILVER_MAIL.columns if c.privacy is Privacy.PSEUDONYM), "pseudonyms"]
"""Set to null in a quarantined mail before its row is cached: the residue check may have found personal data in
them."""
_WORKER_COLUMNS = [c for c in SILVER_MAIL.columns if c.name not in ("batch_id", "body_chars")]
_PROCESSED = t.StructType(
    [t.StructField(c.name, c.type) for c in _WORKER_COLUMNS]
    + [
        t.StructField("byte_offset", t.LongType()),
        t.StructField("reasons", t.ArrayType(t.StringType())),
        t.StructField("stage", t.StringType()),
        t.StructField("pseudonyms", t.ArrayType(_TOKENS)),
        t.StructField(TAGGER_FALLBACK, t.BooleanType()),
    ]
)


def anonymize_batch(
    batch_id: int, settings: Settings, store: Store, keys: Keys, preloaded_host: str | None = None
) -> None:
    """Writes each raw mail of a batch to exactly one of `silver/mail` and `quarantine/mail`.

    `preloaded_host` is the address of a process of this machine that may have loaded detection
    (triage.sandbox.preload).
    """
    sandbox = _sandbox(settings, keys, preloaded_host)
    data_key = sealing_key(month_of_batch(batch_id, store), store, keys)
    opened = with_data_keys(keys, store)
    with in_background(_import_gate):
        raw = raw_mails(batch_id, store)
        _publish(batch_id, _processed(raw, settings, sandbox, opened, data_key), store, keys)


def _sandbox(settings: Settings, keys: Keys, preloaded_host: str | None = None) -> SandboxSettings:
    version = load_policy(settings.privacy.policy).version
    factory = MailProcessorFactory(settings, keys, version)
    return SandboxSettings(factory, Bounds.of(settings.limits), preloaded_host)


def _import_gate() -> None:
    """Great Expectations is slow to import and needed only once the mails are processed."""
    import_module("triage.quality.gate")


def _publish(batch_id: int, processed: DataFrame, store: Store, keys: Keys) -> None:
    rows = processed.withColumn("batch_id", f.lit(batch_id)).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        passed = rows.where(f.size("reasons") == 0)
        counted = _privacy_rows(batch_id, rows)
        from triage.quality.gate import validate_batch

        verdicts = validate_batch(passed.select(SILVER_MAIL.column_names), SILVER_MAIL)
        store.append_rows(QUALITY, [*_verdict_rows(batch_id, verdicts), *counted], batch_id, "gate")
        cores = rows.sparkSession.sparkContext.defaultParallelism
        checked = _quarantined_by_gate(rows.coalesce(cores), verdicts)  # as many files as cores, not as tasks
        published = checked.where(f.size("reasons") == 0)
        _add_pseudonyms(published, batch_id, store, keys.key_id)
        store.append(SILVER_MAIL, published, batch_id)
        store.append(QUARANTINE, _unpublished(checked, batch_id, store), batch_id)
    finally:
        rows.unpersist()


def _add_pseudonyms(published: DataFrame, batch_id: int, store: Store, key_id: str) -> None:
    """What the tokens stand for, written before silver shows them, so that no published token is without its value.

    A repeated attempt may publish other mails: it adds the tokens that are new in them, under a transaction of its own.
    """
    if store.last_batch(SILVER_MAIL) >= batch_id:
        return
    part = uuid4().hex if store.last_batch(PSEUDONYMS) >= batch_id else ""
    store.append(PSEUDONYMS, unknown_pseudonyms(published, batch_id, store, key_id), batch_id, part)


def unknown_pseudonyms(published: DataFrame, batch_id: int, store: Store, key_id: str) -> DataFrame:
    """Rows of `vault/pseudonyms` for the tokens of a batch that no earlier mail contains, one a token."""
    tokens = published.select(f.explode("pseudonyms").alias("entry")).groupBy("entry.token")
    distinct = tokens.agg(f.min("entry.entity").alias("entity"), f.min("entry.sealed").alias("sealed"))
    known = store.known(PSEUDONYMS, "token", distinct, batch_id + 1)
    return distinct.join(f.broadcast(known), "token", "left_anti").withColumns(
        {"batch_id": f.lit(batch_id), "key_id": f.lit(key_id)}
    )


def _unpublished(checked: DataFrame, batch_id: int, store: Store) -> DataFrame:
    """All mails that silver does not hold, whatever the checks of this attempt say: each mail is in exactly one table.

    Detectors have time limits and settings may change, so after a kill between the two writes the repeated attempt may
    decide otherwise about a mail. One that it would publish, but silver does not hold, is quarantined as INTERRUPTED.
    """
    published = store.batch(SILVER_MAIL, batch_id).select("mail_key")
    rest = checked.join(published, "mail_key", "left_anti")
    interrupted = f.array(f.lit(Reason.INTERRUPTED))
    return rest.withColumn("reasons", f.when(f.size("reasons") > 0, f.col("reasons")).otherwise(interrupted))


def _processed(
    raw: DataFrame, settings: Settings, sandbox: SandboxSettings, keys: Keys, data_key: DataKey
) -> DataFrame:
    """Every raw mail as a row of silver, with the reasons to quarantine it and the entities found as residue."""
    policy = load_policy(settings.privacy.policy)
    rows = _by_thread(raw, settings.limits).mapInArrow(_worker(sandbox, keys, data_key), _PROCESSED)
    left = f.when(f.size("reasons") == 0, residue(policy.hidden, policy.allow))
    return _checked(rows.withColumns({"body_chars": f.length("body").cast("long"), "residue": left}))


def _by_thread(raw: DataFrame, limits: LimitSettings) -> DataFrame:
    """What workers need of raw mails, each thread within one partition and side by side."""
    cores = raw.sparkSession.sparkContext.defaultParallelism
    fits = f.col("size_bytes") <= limits.message_bytes
    sealed = f.when(fits, f.col("sealed")).alias("sealed")  # a mail that is too large need not reach a worker
    thread = f.coalesce("thread_key", "mail_key").alias("thread_key")
    work = raw.select(*PLACE, "received_at", "fault", thread, sealed)
    return work.repartition(_TASKS_PER_CORE * cores, "thread_key").sortWithinPartitions("thread_key", "mail_key")


def _checked(rows: DataFrame) -> DataFrame:
    """Rows with the reasons and marks of the row rules and of the residue; a mail with reasons loses its text."""
    none = f.array().cast("array<string>")
    residues = f.when(f.size("residue") > 0, f.array(f.lit(Reason.RESIDUE))).otherwise(none)
    found = f.array_union(violations(Reason), residues)
    reasons = f.when(f.size("reasons") > 0, f.col("reasons")).otherwise(found)
    marks = f.array_sort(f.array_union("marks", violations(Mark)))
    checked = rows.withColumns({"reasons": reasons, "marks": f.when(f.col("marks").isNotNull(), marks)})
    return checked.withColumns({name: f.when(f.size("reasons") == 0, f.col(name)) for name in _TEXT_COLUMNS})


def _quarantined_by_gate(checked: DataFrame, verdicts: Sequence[Verdict]) -> DataFrame:
    """A batch that breaks the declaration is quarantined as a whole: the fault is in the code, not in a mail."""
    failed = [GateReason(verdict.name).code for verdict in verdicts if not verdict.passed]
    if not failed:
        return checked
    has_passed = f.size("reasons") == 0
    reasons = f.when(has_passed, f.array(*map(f.lit, failed))).otherwise(f.col("reasons"))
    stage = f.when(has_passed, f.lit("gate")).otherwise(f.col("stage"))
    return checked.withColumns({"stage": stage, "reasons": reasons})


def _privacy_rows(batch_id: int, rows: DataFrame) -> list[Row]:
    return [
        {"batch_id": batch_id, "stage": stage, "measure": measure, "value": float(count)}
        for (stage, measure), count in sorted(privacy_counts(rows).items())
    ]


def _verdict_rows(batch_id: int, verdicts: Sequence[Verdict]) -> list[Row]:
    return [
        {
            "batch_id": batch_id,
            "stage": "gate",
            "measure": verdict.name,
            "value": float(verdict.passed),
            "passed": verdict.passed,
        }
        for verdict in verdicts
    ]


def _worker(
    sandbox: SandboxSettings, keys: Keys, data_key: DataKey
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    def process(raws: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from redact_errors(batches(processed(raws), _PROCESSED))

    def processed(raws: Iterable[pa.RecordBatch]) -> Iterator[Row]:
        rows = (_with_data_keys(row, keys, data_key) for batch in raws for row in batch.to_pylist())
        for chunk in pack(by_thread(rows)):
            run = shared_sandbox(sandbox).run
            yield from run(chunk, lambda raw, reason: quarantined(raw, [reason], "privacy"), by_thread)

    return process


def _with_data_keys(row: Row, keys: Keys, data_key: DataKey) -> Row:
    """A raw row with what opens it, and with what seals the values behind its tokens."""
    opens = data_key_of(row["sealed"], keys) if row["sealed"] is not None else None
    return row | {OPENED_BY: {opens.key_id: opens} if opens else {}, SEALED_BY: data_key}
