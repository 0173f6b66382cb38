"""Rows past the age that a setting of `retention` gives their table."""

from __future__ import annotations

from datetime import datetime

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
    STATUS,
    THREADS,
    TRAINING_SETS,
    Table,
)
from triage.monitoring.drift.reference import chosen_baseline
from triage.rights.engine.base import Scan

AGED: dict[str, tuple[Table, ...]] = {
    "raw_mail": (RAW_MAIL,),
    "quarantine": (QUARANTINE,),
    "labels": (LABELS,),
    "routes": (ROUTES, STATUS),
    "corrections": (CORRECTIONS,),
    "gold_set": (GOLD_SET,),
    "review_queue": (REVIEW_QUEUE,),
    "training_sets": (TRAINING_SETS,),
    "shadow_labels": (SHADOW_LABELS,),
    "metrics": (PROFILES, DRIFT, MEASURES, QUALITY, ALERTS),
    "silver": (THREADS, SILVER_MAIL),
}
"""The settings of `retention`, and the tables of each; silver comes last, because its tokens tell which mails are on
hold."""

EMPTIED = ("sealed", "sealed_member")
"""What rows of vault/raw_mail lose by age; the rows stay, so that the mails stay known."""

_OWN_TIME = {
    CORRECTIONS.name: "corrected_at",
    GOLD_SET.name: "settled_at",
    REVIEW_QUEUE.name: "drawn_at",
    TRAINING_SETS.name: "built_at",
    STATUS.name: "changed_at",
    PROFILES.name: "started_at",
    ALERTS.name: "raised_at",
}
"""Tables whose rows say themselves how old they are; a run that found nothing new has alerts, and no other row."""

_DELETED_BY: dict[str, tuple[str, ...]] = {
    **{table.name: table.keys for table in (CORRECTIONS, GOLD_SET, REVIEW_QUEUE, TRAINING_SETS, STATUS)},
    QUALITY.name: ("batch_id",),
    **dict.fromkeys((PROFILES.name, DRIFT.name, MEASURES.name, ALERTS.name), ("run_id",)),
}


def deletion_keys(table: Table) -> tuple[str, ...]:
    """The columns by which aged rows are deleted: rows that share their values are equally old."""
    return _DELETED_BY.get(table.name, ("mail_key",))


def aged_rows(table: Table, before: datetime, store: Store) -> Scan:
    """The rows of a table that are older than `before`; of vault/raw_mail those that still have bytes or a name.

    A row is as old as itself where it has a time, else as the plan of its batch, else as its run. The profiles that a
    chosen baseline needs do not age.
    """
    columns = tuple(table.column_names)
    if table.name in _OWN_TIME:
        kept = {"run_id": _baseline_runs(store)} if table is PROFILES else {}
        return Scan(table, columns, before={_OWN_TIME[table.name]: before}, but=kept)
    if "batch_id" in table.column_names:
        present = EMPTIED if table is RAW_MAIL else ()
        return Scan(table, columns, present, among={"batch_id": _old_batches(before, store)})
    old = [row["run_id"] for row in store.rows(RUNS, ("run_id", "started_at")) if row["started_at"] < before]
    return Scan(table, columns, among={"run_id": old})


def _old_batches(before: datetime, store: Store) -> list[int]:
    planned: dict[int, datetime] = {}
    for row in store.rows(LEDGER, ("batch_id", "planned_at")):
        planned[row["batch_id"]] = max(row["planned_at"], planned.get(row["batch_id"], row["planned_at"]))
    return [batch_id for batch_id, at in planned.items() if at < before]


def _baseline_runs(store: Store) -> list[str]:
    decided = chosen_baseline(list(store.rows(BASELINES, BASELINES.column_names)))
    return list(decided["run_ids"]) if decided else []
