"""What a stage did with a batch, in figures for the log: some milliseconds where delta-rs reads the tables."""

from __future__ import annotations

from triage.lake.store import Store
from triage.lake.tables import LABELS, QUALITY, QUARANTINE, ROUTES, SILVER_MAIL, THREADS
from triage.paths import is_local
from triage.pipeline.account.soft import softly

_TABLES = {
    "anonymize": {"published": SILVER_MAIL, "quarantined": QUARANTINE},
    "thread": {"in threads": THREADS},
    "label": {"labels": LABELS},
    "route": {"routed": ROUTES},
}
"""Rows that a stage writes for a batch, by their name in the log."""


def stage_counts(store: Store, stage: str, batch_id: int) -> dict[str, int]:
    """Counts by name; none where the lake is remote, since Spark would need a job for each."""
    if not is_local(store.root):
        return {}
    return softly("The counts of a stage could not be read", lambda: _counts(store, stage, batch_id), {})


def _counts(store: Store, stage: str, batch_id: int) -> dict[str, int]:
    if stage == "ingest":
        rows = store.rows(QUALITY, ("measure", "value"), stage=[stage], batch_id=[batch_id])
        return {str(row["measure"]): int(row["value"]) for row in rows if row["value"] is not None}
    return {name: store.count(table, batch_id=[batch_id]) for name, table in _TABLES.get(stage, {}).items()}
