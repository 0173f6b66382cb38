"""Rows past the age that a setting of `retention` gives their table."""

from __future__ import annotations

from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.lake.store import Store
from triage.lake.tables import (
    ALERTS,
    BASELINES,
    CORRECTIONS,
    DRIFT,
    GOLD_SET,
    LABELS,
    LEDGER,
    MEASURES,
    PROFILES,
    QUALITY,
    QUARANTINE,
    RAW_MAIL,
    REVIEW_QUEUE,
    ROUTES,
    RUNS,
    SHADOW_LABELS,
    SILVER_MAIL,
    TRAINING_SETS,
    Table,
)
from triage.monitoring.drift.reference import chosen_baseline

AGED: dict[str, tuple[Table, ...]] = {
    "raw_mail": (RAW_MAIL,),
    "quarantine": (QUARANTINE,),
    "labels": (LABELS,),
    "routes": (ROUTES,),
    "corrections": (CORRECTIONS,),
    "gold_set": (GOLD_SET,),
    "review_queue": (REVIEW_QUEUE,),
    "training_sets": (TRAINING_SETS,),
    "shadow_labels": (SHADOW_LABELS,),
    "metrics": (PROFILES, DRIFT, MEASURES, QUALITY, ALERTS),
    "silver": (SILVER_MAIL,),
}
"""The settings of `retention`, and the tables of each; silver comes last, because its tokens tell which mails are on
hold."""

_OWN_TIME = {
    CORRECTIONS.name: "corrected_at",
    GOLD_SET.name: "settled_at",
    REVIEW_QUEUE.name: "drawn_at",
    TRAINING_SETS.name: "built_at",
    PROFILES.name: "started_at",
    ALERTS.name: "raised_at",
}
"""Tables whose rows say themselves how old they are; a run that found nothing new has alerts, and no other row."""

_DELETED_BY: dict[str, tuple[str, ...]] = {
    **{table.name: table.keys for table in (CORRECTIONS, GOLD_SET, REVIEW_QUEUE, TRAINING_SETS)},
    QUALITY.name: ("batch_id",),
    **dict.fromkeys((PROFILES.name, DRIFT.name, MEASURES.name, ALERTS.name), ("run_id",)),
}


def deletion_keys(table: Table) -> tuple[str, ...]:
    """The columns by which aged rows are deleted: rows that share their values are equally old."""
    return _DELETED_BY.get(table.name, ("mail_key",))


def aged_rows(table: Table, before: datetime, store: Store) -> DataFrame:
    """The rows of a table that are older than `before`.

    A row is as old as itself where it has a time, else as the plan of its batch, else as its run. The profiles that a
    chosen baseline needs do not age.
    """
    rows = store.read(table)
    if table.name in _OWN_TIME:
        aged = rows.where(f.col(_OWN_TIME[table.name]) < f.lit(before))
        return aged.where(~f.col("run_id").isin(_baseline_runs(store))) if table is PROFILES else aged
    if "batch_id" in table.column_names:
        batches = store.read(LEDGER).groupBy("batch_id").agg(f.max("planned_at").alias("planned_at"))
        old = batches.where(f.col("planned_at") < f.lit(before)).select("batch_id")
        return rows.join(f.broadcast(old), "batch_id", "left_semi")
    old = store.read(RUNS).where(f.col("started_at") < f.lit(before)).select("run_id")
    return rows.join(f.broadcast(old), "run_id", "left_semi")


def _baseline_runs(store: Store) -> list[str]:
    decided = chosen_baseline(list(store.rows(BASELINES, BASELINES.column_names)))
    return list(decided["run_ids"]) if decided else []
