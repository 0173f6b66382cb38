"""`vault/raw_mail` to `silver/mail` or `quarantine/mail`: unseal, parse, anonymize, judge.

Clear text lives in the Python worker only; what leaves it is anonymized, or a key with reason codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.config import LimitSettings, Settings
from triage.mail.envelope import envelope_date
from triage.mail.message import ParsedMail, parse
from triage.privacy.engine import AnonymizedMail, Anonymizer
from triage.privacy.keys import Keys
from triage.privacy.vault import unseal
from triage.quality.gate import Verdict, judge
from triage.quality.rules import violations
from triage.stages.arrow import batches, without_values
from triage.store import Store
from triage.tables import LEDGER, QUALITY, QUARANTINE, RAW_MAIL, SILVER_MAIL

_PLACE = ("mail_key", "file_key", "byte_offset", "size_bytes")
_WORKER_COLUMNS = [c for c in SILVER_MAIL.columns if c.name not in ("batch_id", "body_chars")]
_PROCESSED = t.StructType(
    [t.StructField(c.name, c.type) for c in _WORKER_COLUMNS]
    + [
        t.StructField("file_key", t.StringType()),
        t.StructField("byte_offset", t.LongType()),
        t.StructField("reasons", t.ArrayType(t.StringType())),
        t.StructField("stage", t.StringType()),
    ]
)
Row = dict[str, Any]


def publish(batch_id: int, settings: Settings, store: Store, keys: Keys) -> None:
    """Takes a batch's raw mails to silver or quarantine, each to exactly one of them."""
    raw = raw_of_batch(batch_id, store)
    judged = (
        _judged(raw, settings, keys)
        .withColumn("batch_id", f.lit(batch_id))
        .persist(StorageLevel.MEMORY_AND_DISK)
    )
    try:
        passed = judged.where(f.size("reasons") == 0)
        verdicts = judge(passed.select(SILVER_MAIL.column_names), SILVER_MAIL)
        store.append_rows(QUALITY, _verdict_rows(batch_id, verdicts), batch_id, "gate")
        decided = _held_by_gate(judged, verdicts)
        store.append(SILVER_MAIL, decided.where(f.size("reasons") == 0), batch_id)
        store.append(QUARANTINE, _rest(decided, batch_id, store), batch_id)
    finally:
        judged.unpersist()


def _rest(decided: DataFrame, batch_id: int, store: Store) -> DataFrame:
    """All that silver did not take, whatever a repeated judgement says: each mail is in exactly one of the two.

    Detectors have time limits, so after a kill between the two writes a mail may be judged otherwise.
    """
    published = store.batch(SILVER_MAIL, batch_id).select("mail_key")
    rest = decided.join(published, "mail_key", "left_anti")
    undecided = f.array(f.lit("INTERRUPTED"))
    return rest.withColumn("reasons", f.when(f.size("reasons") > 0, f.col("reasons")).otherwise(undecided))


def raw_of_batch(batch_id: int, store: Store) -> DataFrame:
    """What a batch works on: the messages that it ingested, or the quarantined ones that it takes up again."""
    plan = store.batch(LEDGER, batch_id).where("kind = 'replay'").select("reasons").first()
    if plan is None:
        return store.batch(RAW_MAIL, batch_id)
    held = held_for(plan.reasons, store).where(f.col("batch_id") < batch_id)
    return store.read(RAW_MAIL).join(held.select("mail_key"), "mail_key", "left_semi")


def held_for(reasons: Sequence[str], store: Store) -> DataFrame:
    """The quarantined mails that one of `reasons` holds back; all of them for no reason."""
    held = store.read(QUARANTINE)
    return held.where(f.arrays_overlap("reasons", f.array(*map(f.lit, reasons)))) if reasons else held


def forget_replayed(batch_id: int, store: Store) -> None:
    """A replayed mail stands in silver or in quarantine anew, so its old quarantine row goes."""
    if store.batch(LEDGER, batch_id).where("kind = 'replay'").isEmpty():
        return
    decided = store.batch(SILVER_MAIL, batch_id).select("mail_key")
    again = store.batch(QUARANTINE, batch_id).select("mail_key")
    store.delete_keys(QUARANTINE, decided.unionByName(again), batch_id)


def _judged(raw: DataFrame, settings: Settings, keys: Keys) -> DataFrame:
    """Every raw mail as a silver row with the reasons that hold it back, if any."""
    cores = raw.sparkSession.sparkContext.defaultParallelism
    fits = f.col("size_bytes") <= settings.limits.message_bytes
    sealed = f.when(fits, f.col("sealed")).alias("sealed")  # what is too large need not reach a worker
    work = raw.select(*_PLACE, "received_at", "fault", sealed).repartition(4 * cores)
    processed = work.mapInArrow(_worker(settings, keys), _PROCESSED)
    held = f.when(f.size("reasons") > 0, f.col("reasons")).otherwise(violations(holding=True))
    marks = f.array_sort(f.array_union("marks", violations(holding=False)))
    return processed.withColumn("body_chars", f.length("body").cast("long")).withColumns(
        {"reasons": held, "marks": f.when(f.col("marks").isNotNull(), marks)}
    )


def _held_by_gate(judged: DataFrame, verdicts: Sequence[Verdict]) -> DataFrame:
    """A batch that breaks the declaration is held as a whole: the fault is the code's, not a mail's."""
    failed = [f"GATE_{v.name}" for v in verdicts if not v.passed]
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


def _worker(settings: Settings, keys: Keys) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    def process(raws: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from without_values(batches(processed(raws), _PROCESSED))

    def processed(raws: Iterable[pa.RecordBatch]) -> Iterator[Row]:
        engine = Anonymizer(settings, keys)
        for batch in raws:
            yield from process_mails(batch.to_pylist(), engine, settings.limits, keys)

    return process


def process_mails(
    raws: Sequence[Row], engine: Anonymizer, limits: LimitSettings, keys: Keys
) -> Iterator[Row]:
    """Raw rows (mail_key, sealed, …) to processed rows; a mail that fails has reasons and no text."""
    readable = []
    for raw in raws:
        if raw["fault"]:
            yield _held(raw, [raw["fault"]], "ingest")
            continue
        if raw["sealed"] is None:
            yield _held(raw, ["MESSAGE_TOO_LARGE"], "parse")
            continue
        data = unseal(raw["sealed"], raw["mail_key"].encode(), keys)
        mail = parse(data, limits)
        if mail.faults:
            yield _held(raw, sorted(mail.faults), "parse")
        else:
            readable.append((raw, mail, envelope_date(data)))
    yield from _anonymized(readable, engine, keys.key_id)


def _anonymized(
    readable: Sequence[tuple[Row, ParsedMail, datetime | None]], engine: Anonymizer, key_id: str
) -> Iterator[Row]:
    anonymized = engine.anonymize([mail for _, mail, _ in readable])
    for (raw, mail, envelope), safe in zip(readable, anonymized, strict=True):
        if safe.fault:
            yield _held(raw, [safe.fault], "privacy")
        else:
            facts = {"key_id": key_id, "policy_version": engine.policy_version}
            yield _published(raw, mail, safe, envelope) | facts


def _held(raw: Row, reasons: list[str], stage: str) -> Row:
    return {name: raw[name] for name in _PLACE} | {"reasons": reasons, "stage": stage}


def _published(raw: Row, mail: ParsedMail, safe: AnonymizedMail, envelope: datetime | None) -> Row:
    signs = mail.signs
    return {name: raw[name] for name in _PLACE} | {
        "reasons": [],
        "stage": "parse",
        "message_token": safe.message_token,
        "thread_token": safe.thread_token,
        "sent_at": mail.sent_at,
        "received_at": envelope or raw["received_at"],
        "sender": _fields(safe.sender, "name", "address") if safe.sender else None,
        "recipients": [_fields(r, "role", "name", "address") for r in safe.recipients],
        "subject": safe.subject,
        "body": safe.body,
        "language": mail.language,
        "language_score": mail.language_score,
        "attachments": [_fields(a, "name", "media_type", "size_bytes") for a in safe.attachments],
        "has_html": mail.has_html,
        "auto_submitted": signs.auto_submitted,
        "bulk": signs.bulk,
        "list_mail": signs.list_mail,
        "bounce": signs.bounce,
        "reply": signs.reply,
        "importance": signs.importance,
        "entity_counts": sorted(safe.entity_counts.items()),
        "marks": sorted({*mail.marks, *safe.marks}),
    }


def _fields(value: object, *names: str) -> Row:
    return {name: getattr(value, name) for name in names}
