"""The stages of a batch in order, with the tables that each reads and writes, and when it is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triage.lake.store import Store
from triage.lake.tables import (
    DATA_KEYS,
    ERASURES,
    LABELS,
    LAKE_KEYS,
    LEDGER,
    PSEUDONYMS,
    QUALITY,
    QUARANTINE,
    RAW_MAIL,
    ROUTES,
    SHADOW_LABELS,
    SILVER_MAIL,
    THREADS,
    Table,
)
from triage.pipeline.context import RunContext
from triage.stages.anonymize import anonymize_batch
from triage.stages.ingest import ingest
from triage.stages.label import label_batch
from triage.stages.replay import delete_replayed
from triage.stages.route import route_batch
from triage.stages.thread import thread_batch

IsDue = Callable[[Store, int], bool]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a batch. It reads and writes no other tables, and is harmless when repeated."""

    name: str
    reads: tuple[Table, ...]
    writes: tuple[Table, ...]
    is_due: IsDue
    """Of the store and a batch: whether the batch has not passed this stage yet."""
    work: Callable[[RunContext, int], object]


def until_in(table: Table, part: str = "") -> IsDue:
    """Due until a table has the batch: each write carries its batch as a Delta transaction."""
    return lambda store, batch_id: store.last_batch(table, part) < batch_id


STAGES: tuple[Stage, ...] = (
    Stage(
        "ingest",
        reads=(LEDGER, RAW_MAIL, ERASURES, LAKE_KEYS, DATA_KEYS),
        writes=(RAW_MAIL, QUALITY, DATA_KEYS),
        is_due=until_in(QUALITY, "ingest"),
        work=lambda run, batch_id: ingest(batch_id, run.settings, run.store, run.keys),
    ),
    Stage(
        "anonymize",
        reads=(LEDGER, RAW_MAIL, QUARANTINE, PSEUDONYMS, SILVER_MAIL, DATA_KEYS),
        writes=(QUALITY, PSEUDONYMS, SILVER_MAIL, QUARANTINE, DATA_KEYS),
        is_due=until_in(QUARANTINE),
        work=lambda run, batch_id: anonymize_batch(batch_id, run.settings, run.store, run.keys, run.preloaded_host),
    ),
    Stage(
        "thread",
        reads=(SILVER_MAIL, THREADS),
        writes=(THREADS,),
        is_due=until_in(THREADS),
        work=lambda run, batch_id: thread_batch(batch_id, run.store),
    ),
    Stage(
        "label",
        reads=(SILVER_MAIL,),
        writes=(LABELS, SHADOW_LABELS),
        is_due=until_in(LABELS),
        work=lambda run, batch_id: label_batch(batch_id, run.store, run.load_champion()),
    ),
    Stage(
        "replayed",
        reads=(LEDGER, SILVER_MAIL, QUARANTINE),
        writes=(QUARANTINE,),
        is_due=until_in(ROUTES),  # a deletion leaves no transaction: it is repeated until the next stage has written
        work=lambda run, batch_id: delete_replayed(batch_id, run.store),
    ),
    Stage(
        "route",
        reads=(SILVER_MAIL, LABELS),
        writes=(ROUTES,),
        is_due=until_in(ROUTES),
        work=lambda run, batch_id: route_batch(batch_id, run.store, run.rules),
    ),
)


def unfinished_batches(store: Store) -> range:
    """Planned batches that have not passed the last stage, which writes `gold/routes`."""
    return range(store.last_batch(ROUTES) + 1, store.last_batch(LEDGER) + 1)
