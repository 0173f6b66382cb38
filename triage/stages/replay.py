"""Batches that take quarantined mails up again: planned like any other, read from the vault instead of the exports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.lake.store import Store
from triage.lake.tables import LEDGER, QUARANTINE, RAW_MAIL, SILVER_MAIL


def plan_replay(store: Store, reasons: Iterable[str], planned_at: datetime) -> int:
    """Plans a batch of the mails quarantined for one of `reasons`, of all for no reason; gives its id."""
    batch_id = store.last_batch(LEDGER) + 1
    row = {
        "file_key": "",
        "batch_id": batch_id,
        "kind": "replay",
        "reasons": list(reasons),
        "planned_at": planned_at,
    }
    store.append_rows(LEDGER, [row], batch_id)
    return batch_id


def quarantined_for(reasons: Sequence[str], store: Store) -> DataFrame:
    """The rows of `quarantine/mail` with one of `reasons`; all of them for no reason."""
    rows = store.read(QUARANTINE)
    return rows.where(f.arrays_overlap("reasons", f.array(*map(f.lit, reasons)))) if reasons else rows


def raw_mails(batch_id: int, store: Store) -> DataFrame:
    """The rows of `vault/raw_mail` that a batch works on: those it ingested, or those it replays."""
    plan = next(store.rows(LEDGER, ("reasons",), kind=["replay"], batch_id=[batch_id]), None)
    if plan is None:
        return store.batch(RAW_MAIL, batch_id)
    again = quarantined_for(plan["reasons"], store).where(f.col("batch_id") < batch_id)
    return store.read(RAW_MAIL).join(again.select("mail_key"), "mail_key", "left_semi")


def delete_replayed(batch_id: int, store: Store) -> None:
    """Deletes the earlier quarantine rows of the mails that a replay has published or quarantined again.

    Not before both tables have the batch: until then these rows say which mails it replays. Repeated, it finds nothing.
    """
    if not store.count(LEDGER, kind=["replay"], batch_id=[batch_id]):
        return
    published = store.batch(SILVER_MAIL, batch_id).select("mail_key")
    again = store.batch(QUARANTINE, batch_id).select("mail_key")
    store.delete_keys(QUARANTINE, published.unionByName(again), batch_id)
