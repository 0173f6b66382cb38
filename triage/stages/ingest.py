"""Export files to `vault/raw_mail`: one row a distinct message, its bytes sealed before Spark sees them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.config import IngestSettings, LimitSettings, Settings
from triage.lake.store import Store
from triage.lake.tables import LEDGER, QUALITY, RAW_MAIL
from triage.mail.exports import RawMessage, read
from triage.mail.formats.tables.rows import Columns
from triage.mail.keys import mail_key
from triage.mail.places import Storage
from triage.mail.threads import root_id
from triage.privacy.pseudonyms.data_keys import month_of_batch, sealing_key
from triage.privacy.pseudonyms.keys import DataKey, Keys, keyed_name
from triage.privacy.pseudonyms.lake_key import without_erased
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.reasons import Reason
from triage.spark.arrow import batches, redact_errors
from triage.stages.plan import is_splittable

_SPLIT = t.StructType(
    [
        t.StructField("file_key", t.StringType()),
        t.StructField("sealed_path", t.BinaryType()),
        t.StructField("format", t.StringType()),
        t.StructField("start", t.LongType()),
        t.StructField("end", t.LongType()),
        t.StructField("modified_at", t.TimestampType()),
    ]
)
_TASKS = t.StructType([t.StructField("splits", t.ArrayType(_SPLIT))])
_FOUND = t.StructType([t.StructField(c.name, c.type) for c in RAW_MAIL.columns if c.name != "batch_id"])
_POSITION = ("file_key", "byte_offset")


class Split(NamedTuple):
    """A byte range of one file, [start, end)."""

    file_key: str
    sealed_path: bytes
    format: str
    start: int
    end: int
    modified_at: datetime


def ingest(batch_id: int, settings: Settings, store: Store, keys: Keys) -> None:
    """Reads a planned batch: new messages to the vault, and how many were new and how many seen before."""
    found = _found(batch_id, settings, store, keys).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        first = first_places(found, batch_id, store, keys)
        new = found.join(f.broadcast(first), ["mail_key", *_POSITION], "left_semi")  # no sealed mail is moved
        store.append(RAW_MAIL, new.withColumn("batch_id", f.lit(batch_id)), batch_id)
        read_count, new_count = found.count(), store.count(RAW_MAIL, batch_id=[batch_id])
        counts = {"new": new_count, "duplicate": max(0, read_count - new_count)}
        store.append_rows(QUALITY, count_rows(batch_id, "ingest", counts), batch_id, "ingest")
    finally:
        found.unpersist()


def count_rows(batch_id: int, stage: str, counts: dict[str, int]) -> list[dict[str, object]]:
    """Counts as rows of `metrics/quality`."""
    return [
        {"batch_id": batch_id, "stage": stage, "measure": name, "value": float(count)} for name, count in counts.items()
    ]


def first_places(found: DataFrame, batch_id: int, store: Store, keys: Keys) -> DataFrame:
    """The first place of each message that no earlier batch held, erased ones included; keys only, no bytes."""
    firsts = found.groupBy("mail_key").agg(f.min(f.struct(*_POSITION)).alias("first"))
    known = store.known(RAW_MAIL, "mail_key", firsts, batch_id)
    new = firsts.select("mail_key", "first.*").join(f.broadcast(known), "mail_key", "left_anti")
    return without_erased(new, store, keys)


def _found(batch_id: int, settings: Settings, store: Store, keys: Keys) -> DataFrame:
    splits = [split for row in _planned(batch_id, store) for split in _splits(Split(*row), settings.ingest)]
    tasks = [(task,) for task in group_by_bytes(splits, settings.ingest.split_bytes)]
    # as rows, not with the function: above 1 MB Spark would write that to a disk, and with it the key
    rdd = store.spark.sparkContext.parallelize(tasks, max(1, len(tasks)))
    tasks_frame = store.spark.createDataFrame(rdd, _TASKS, verifySchema=False)
    data_key = sealing_key(month_of_batch(batch_id, store), store, keys)
    return tasks_frame.mapInArrow(_reader(batch_id, settings, keys, data_key), _FOUND)


def _planned(batch_id: int, store: Store) -> list[tuple[str, bytes, str, int, int, datetime]]:
    columns = ("file_key", "sealed_path", "format", "range_start", "range_end", "modified_at")
    rows = store.rows(LEDGER, columns, kind=["file"], batch_id=[batch_id])
    return [tuple(row.values()) for row in rows]


def _splits(whole: Split, limits: IngestSettings) -> Iterator[Split]:
    if not is_splittable(whole.format):
        yield whole
        return
    for start in range(whole.start, max(whole.end, whole.start + 1), limits.split_bytes):
        end = min(start + limits.split_bytes, whole.end)
        yield Split(whole.file_key, whole.sealed_path, whole.format, start, end, whole.modified_at)


def group_by_bytes(splits: Iterable[Split], most: int) -> list[list[Split]]:
    """Splits in tasks of up to `most` bytes, the largest first, so that small files share a task."""
    tasks: list[list[Split]] = []
    room = 0
    for split in sorted(splits, key=lambda s: (s.start - s.end, s.file_key, s.start)):
        size = max(1, split.end - split.start)
        if size > room or len(tasks[-1]) >= 1_000:
            tasks.append([])
            room = most
        tasks[-1].append(split)
        room -= size
    return tasks


def _reader(
    batch_id: int, settings: Settings, keys: Keys, data_key: DataKey
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    limits = settings.limits
    tables = (tuple(settings.ingest.columns.items()), settings.source_storage)

    def read_tasks(tasks: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        planned = (task or () for batch in tasks for task in batch.column(0).to_pylist())
        splits = (Split(**split) for task in planned for split in task)
        rows = (row for split in splits for row in _rows(split, batch_id, limits, tables, keys, data_key))
        yield from redact_errors(batches(rows, _FOUND))

    return read_tasks


def _rows(
    split: Split, batch_id: int, limits: LimitSettings, tables: tuple[Columns, Storage], keys: Keys, data_key: DataKey
) -> Iterator[dict[str, object]]:
    path = unseal(split.sealed_path, split.file_key.encode(), keys).decode("utf-8", "surrogateescape")
    for message in read(path, split.format, split.start, split.end, limits, *tables):
        yield _row(message, split, batch_id, keys, data_key)


def _row(message: RawMessage, split: Split, batch_id: int, keys: Keys, data_key: DataKey) -> dict[str, object]:
    key = _key_of_fault(message, split, batch_id) if message.fault else mail_key(message.data)
    member = message.member.encode("utf-8", "surrogateescape") if message.member else None
    return {
        "mail_key": key,
        "file_key": split.file_key,
        "byte_offset": message.offset,
        "size_bytes": len(message.data),
        "received_at": split.modified_at,
        "fault": message.fault,
        "thread_key": thread_key(message.data, key, keys),
        "sealed": seal(message.data, key.encode(), keys, data_key),
        "sealed_member": seal(member, key.encode(), keys, data_key) if member else None,
    }


def thread_key(data: bytes, key: str, keys: Keys) -> str:
    """Keyed hash of the Message-ID that began a message's thread; of its own mail key where it names none."""
    root = root_id(data) or key.encode()
    return keyed_name(b"thread", root, keys)


def _key_of_fault(message: RawMessage, split: Split, batch_id: int) -> str:
    """A broken record is known by its fault and bytes, or its place where the bytes were not carried.

    So a sound copy of the same message that comes later is no duplicate of it. That a file could not be read is
    told anew by each batch that tried, because by it the next run knows that the file is still to be read.
    """
    what = mail_key(message.data) if message.data else f"{split.file_key}:{message.offset}:{message.member}"
    if message.fault == Reason.SOURCE_UNREADABLE:
        what = f"{what}:{batch_id}"
    return hashlib.sha256(f"{message.fault}:{what}".encode("utf-8", "surrogateescape")).hexdigest()
