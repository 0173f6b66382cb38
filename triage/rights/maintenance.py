"""Upkeep of a lake: rows that have their age go, small files are put together, old versions end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.config import Settings
from triage.lake.history import Cleared
from triage.lake.locks import lake_lock
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import (
    LABELS,
    LEDGER,
    PSEUDONYMS,
    QUARANTINE,
    RAW_MAIL,
    ROUTES,
    SILVER_MAIL,
    TABLES,
    Table,
)
from triage.pipeline.run import Run
from triage.progress import Progress
from triage.rights.erasure.erase import refuse_remote
from triage.rights.holds.in_lake import held_mails
from triage.rights.holds.policy import load_holds
from triage.rights.search.find import tokens_in_rows
from triage.spark.session import spark_session

AGED: dict[str, Table] = {
    "raw_mail": RAW_MAIL,
    "quarantine": QUARANTINE,
    "labels": LABELS,
    "routes": ROUTES,
    "silver": SILVER_MAIL,
}
"""The settings of `retention`, and the table of each; silver comes last, because holds are known by its tokens."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What was done to a table."""

    table: str
    rows_removed: int
    rows_held: int
    files_before: int
    files_after: int
    cleared: Cleared


def maintain(settings: Settings, progress: Progress) -> list[Upkeep]:
    """Removes what is past its age and under no legal hold, compacts all tables, and ends their old versions.

    A row's age counts from the plan of the batch that wrote it. What a killed run left is finished first.
    """
    refuse_remote(settings)
    require_lake(Store(lambda: spark_session(settings), settings.lake.root))
    holds = load_holds(settings)
    run = Run(settings, progress)
    with lake_lock(settings.lake.root):
        run.resume()
        run.start_spark()
        held = held_mails(holds, run.store, run.keys)
        counts = {}
        for name, table in AGED.items():
            days = getattr(settings.retention, name)
            if days is not None and run.store.exists(table):
                with run.stage("remove by age", table.name):
                    counts[table.name] = _remove(table, days, held, run.store)
        if settings.retention.silver is not None and run.store.exists(SILVER_MAIL):
            counts[PSEUDONYMS.name] = (_remove_orphans(run.store), 0)
        return [_tidied(table, counts, run) for table in TABLES if run.store.exists(table)]


def _remove(table: Table, days: int, held: DataFrame, store: Store) -> tuple[int, int]:
    """Rows removed, and rows past their age that a hold keeps."""
    before = datetime.now(UTC) - timedelta(days=days)
    batches = store.read(LEDGER).groupBy("batch_id").agg(f.max("planned_at").alias("planned_at"))
    old = batches.where(f.col("planned_at") < f.lit(before)).select("batch_id")
    aged = store.read(table).join(f.broadcast(old), "batch_id", "left_semi")
    if table is RAW_MAIL:
        aged = aged.where("sealed IS NOT NULL OR sealed_member IS NOT NULL")
    free = aged.join(held, "mail_key", "left_anti").persist()
    try:
        removed = free.count()
        kept = aged.count() - removed
        if removed and table is RAW_MAIL:
            nothing = f.lit(None).cast("binary")
            store.update(
                table,
                free.withColumns({"sealed": nothing, "sealed_member": nothing}),
                ["sealed", "sealed_member"],
            )
        elif removed:
            store.delete_keys(table, free)
        return removed, kept
    finally:
        free.unpersist()


def _remove_orphans(store: Store) -> int:
    """Values of tokens that stand in no row any more."""
    if not store.exists(PSEUDONYMS):
        return 0
    used = tokens_in_rows(store).select("token").distinct()
    orphans = store.read(PSEUDONYMS).select("token").join(used, "token", "left_anti").persist()
    try:
        count = orphans.count()
        if count:
            store.delete_keys(PSEUDONYMS, orphans, on="token")
        return count
    finally:
        orphans.unpersist()


def _tidied(table: Table, counts: dict[str, tuple[int, int]], run: Run) -> Upkeep:
    with run.stage("tidy", table.name):
        before = run.store.files(table)
        if before > 1:
            run.store.compact(table)
        cleared = run.store.clear_history(table)
        return Upkeep(table.name, *counts.get(table.name, (0, 0)), before, run.store.files(table), cleared)


def shown(upkeep: Sequence[Upkeep]) -> list[tuple[str, ...]]:
    """The lines of a table of what was done."""
    return [
        (
            one.table,
            str(one.rows_removed),
            str(one.rows_held),
            f"{one.files_before} → {one.files_after}",
            f"{one.cleared.files} ({one.cleared.bytes / 2**20:.1f} MiB)",
        )
        for one in upkeep
    ]
