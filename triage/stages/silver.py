"""`vault/raw_mail` to `silver/mail` or `quarantine/mail`: unseal, parse, anonymize, judge.

Clear text lives in a child process of the Python worker only (triage.sandbox.pool); what leaves it is anonymized, or a key
with reason codes.
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
from triage.config import Settings
from triage.lake.store import Store
from triage.lake.tables import LEDGER, PSEUDONYMS, QUALITY, QUARANTINE, RAW_MAIL, SILVER_MAIL, Privacy
from triage.privacy.policy import load_policy
from triage.privacy.pseudonyms.keys import Keys
from triage.quality.residue import TAGGER_FALLBACK, privacy_counts, residue
from triage.quality.rules import violations
from triage.reasons import GateReason, Mark, Reason
from triage.sandbox.limits import Bounds
from triage.sandbox.pool import SandboxSettings, shared_sandbox
from triage.spark.arrow import batches, by_thread, pack, redact_errors
from triage.stages.mails import ENTRY, PLACE, AnonymizeMails, Row, held

if TYPE_CHECKING:
    from triage.quality.gate import Verdict

_TASKS_PER_CORE = 8
"""So many that the last ones, on few cores, take a small part of the time; threads are of very unlike sizes."""
_ISSUED = t.StructType([t.StructField(c.name, c.type) for c in PSEUDONYMS.columns if c.name in ENTRY])
_TOLD = [*(c.name for c in SILVER_MAIL.columns if c.privacy is Privacy.PSEUDONYM), "pseudonyms"]
"""What a mail that is held loses at once: the last look may have seen personal data in it."""
_WORKER_COLUMNS = [c for c in SILVER_MAIL.columns if c.name not in ("batch_id", "body_chars")]
_PROCESSED = t.StructType(
    [t.StructField(c.name, c.type) for c in _WORKER_COLUMNS]
    + [
        t.StructField("file_key", t.StringType()),
        t.StructField("byte_offset", t.LongType()),
        t.StructField("reasons", t.ArrayType(t.StringType())),
        t.StructField("stage", t.StringType()),
        t.StructField("pseudonyms", t.ArrayType(_ISSUED)),
        t.StructField(TAGGER_FALLBACK, t.BooleanType()),
    ]
)


def publish(
    batch_id: int, settings: Settings, store: Store, keys: Keys, preloaded_host: str | None = None
) -> None:
    """Takes a batch's raw mails to silver or quarantine, each to exactly one of them.

    `preloaded_host` is the address of a process of this machine that may have loaded detection (triage.sandbox.preload).
    """
    sandbox = _sandbox(settings, keys, preloaded_host)
    with in_background(_import_gate):
        _publish(batch_id, _judged(raw_of_batch(batch_id, store), settings, sandbox), store, keys)


def _sandbox(settings: Settings, keys: Keys, preloaded_host: str | None = None) -> SandboxSettings:
    version = load_policy(settings.privacy.policy).version
    return SandboxSettings(
        AnonymizeMails(settings, keys, version), Bounds.of(settings.limits), preloaded_host
    )


def _import_gate() -> None:
    """Great Expectations takes four seconds, and mails are read first."""
    import_module("triage.quality.gate")


def _publish(batch_id: int, read: DataFrame, store: Store, keys: Keys) -> None:
    judged = read.withColumn("batch_id", f.lit(batch_id)).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        passed = judged.where(f.size("reasons") == 0)
        counted = _privacy_rows(batch_id, judged)
        from triage.quality.gate import judge

        verdicts = judge(passed.select(SILVER_MAIL.column_names), SILVER_MAIL)
        store.append_rows(QUALITY, [*_verdict_rows(batch_id, verdicts), *counted], batch_id, "gate")
        cores = judged.sparkSession.sparkContext.defaultParallelism
        decided = _held_by_gate(judged.coalesce(cores), verdicts)  # as many files as cores, not as tasks
        published = decided.where(f.size("reasons") == 0)
        _add_pseudonyms(published, batch_id, store, keys.key_id)
        store.append(SILVER_MAIL, published, batch_id)
        store.append(QUARANTINE, _rest(decided, batch_id, store), batch_id)
    finally:
        judged.unpersist()


def _add_pseudonyms(published: DataFrame, batch_id: int, store: Store, key_id: str) -> None:
    """What the tokens stand for that silver is about to show; a repeated attempt, which may judge otherwise, adds to the first's."""
    if store.last_batch(SILVER_MAIL) >= batch_id:
        return
    part = uuid4().hex if store.last_batch(PSEUDONYMS) >= batch_id else ""
    store.append(PSEUDONYMS, unknown_pseudonyms(published, batch_id, store, key_id), batch_id, part)


def unknown_pseudonyms(published: DataFrame, batch_id: int, store: Store, key_id: str) -> DataFrame:
    """The tokens of a batch that nobody gave out yet, each once, with what they stand for, sealed."""
    issued = published.select(f.explode("pseudonyms").alias("issued")).groupBy("issued.token")
    distinct = issued.agg(f.min("issued.entity").alias("entity"), f.min("issued.sealed").alias("sealed"))
    known = store.known(PSEUDONYMS, "token", distinct, batch_id + 1)
    return distinct.join(f.broadcast(known), "token", "left_anti").withColumns(
        {"batch_id": f.lit(batch_id), "key_id": f.lit(key_id)}
    )


def _rest(decided: DataFrame, batch_id: int, store: Store) -> DataFrame:
    """All that silver did not take, whatever a repeated judgement says: each mail is in exactly one of the two.

    Detectors have time limits, so after a kill between the two writes a mail may be judged otherwise.
    """
    published = store.batch(SILVER_MAIL, batch_id).select("mail_key")
    rest = decided.join(published, "mail_key", "left_anti")
    undecided = f.array(f.lit(Reason.INTERRUPTED))
    return rest.withColumn("reasons", f.when(f.size("reasons") > 0, f.col("reasons")).otherwise(undecided))


def raw_of_batch(batch_id: int, store: Store) -> DataFrame:
    """What a batch works on: the messages that it ingested, or the quarantined ones that it takes up again."""
    plan = next(store.rows(LEDGER, ("reasons",), kind=["replay"], batch_id=[batch_id]), None)
    if plan is None:
        return store.batch(RAW_MAIL, batch_id)
    again = held_for(plan["reasons"], store).where(f.col("batch_id") < batch_id)
    return store.read(RAW_MAIL).join(again.select("mail_key"), "mail_key", "left_semi")


def held_for(reasons: Sequence[str], store: Store) -> DataFrame:
    """The quarantined mails that one of `reasons` holds back; all of them for no reason."""
    rows = store.read(QUARANTINE)
    return rows.where(f.arrays_overlap("reasons", f.array(*map(f.lit, reasons)))) if reasons else rows


def forget_replayed(batch_id: int, store: Store) -> None:
    """A replayed mail stands in silver or in quarantine anew, so its old quarantine row goes."""
    if not store.count(LEDGER, kind=["replay"], batch_id=[batch_id]):
        return
    decided = store.batch(SILVER_MAIL, batch_id).select("mail_key")
    again = store.batch(QUARANTINE, batch_id).select("mail_key")
    store.delete_keys(QUARANTINE, decided.unionByName(again), batch_id)


def _judged(raw: DataFrame, settings: Settings, sandbox: SandboxSettings) -> DataFrame:
    """Every raw mail as a silver row with the reasons that hold it back, if any."""
    cores = raw.sparkSession.sparkContext.defaultParallelism
    fits = f.col("size_bytes") <= settings.limits.message_bytes
    sealed = f.when(fits, f.col("sealed")).alias("sealed")  # what is too large need not reach a worker
    thread = f.coalesce("thread_key", "mail_key").alias("thread_key")
    work = raw.select(*PLACE, "received_at", "fault", thread, sealed)
    work = work.repartition(_TASKS_PER_CORE * cores, "thread_key").sortWithinPartitions(
        "thread_key", "mail_key"
    )
    processed = work.mapInArrow(_worker(sandbox), _PROCESSED)
    policy = load_policy(settings.privacy.policy)
    left = f.when(f.size("reasons") == 0, residue(policy.hidden, policy.allow))
    rules = f.array_union(
        violations(Reason),
        f.when(f.size("residue") > 0, f.array(f.lit(Reason.RESIDUE))).otherwise(
            f.array().cast("array<string>")
        ),
    )
    reasons = f.when(f.size("reasons") > 0, f.col("reasons")).otherwise(rules)
    marks = f.array_sort(f.array_union("marks", violations(Mark)))
    measured = processed.withColumns({"body_chars": f.length("body").cast("long"), "residue": left})
    judged = measured.withColumns({"reasons": reasons, "marks": f.when(f.col("marks").isNotNull(), marks)})
    return judged.withColumns({name: f.when(f.size("reasons") == 0, f.col(name)) for name in _TOLD})


def _held_by_gate(judged: DataFrame, verdicts: Sequence[Verdict]) -> DataFrame:
    """A batch that breaks the declaration is held as a whole: the fault is the code's, not a mail's."""
    failed = [GateReason(v.name).code for v in verdicts if not v.passed]
    if not failed:
        return judged
    is_passed = f.size("reasons") == 0
    return judged.withColumns(
        {
            "stage": f.when(is_passed, f.lit("gate")).otherwise(f.col("stage")),
            "reasons": f.when(is_passed, f.array(*[f.lit(name) for name in failed])).otherwise(
                f.col("reasons")
            ),
        }
    )


def _privacy_rows(batch_id: int, judged: DataFrame) -> list[Row]:
    return [
        {"batch_id": batch_id, "stage": stage, "measure": measure, "value": float(count)}
        for (stage, measure), count in sorted(privacy_counts(judged).items())
    ]


def _verdict_rows(batch_id: int, verdicts: Sequence[Verdict]) -> list[Row]:
    return [
        {
            "batch_id": batch_id,
            "stage": "gate",
            "measure": v.name,
            "value": float(v.passed),
            "passed": v.passed,
        }
        for v in verdicts
    ]


def _worker(sandbox: SandboxSettings) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    def process(raws: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from redact_errors(batches(processed(raws), _PROCESSED))

    def processed(raws: Iterable[pa.RecordBatch]) -> Iterator[Row]:
        rows = (row for batch in raws for row in batch.to_pylist())
        for chunk in pack(by_thread(rows)):
            run = shared_sandbox(sandbox).run
            yield from run(chunk, lambda raw, code: held(raw, [code], "privacy"), by_thread)

    return process
