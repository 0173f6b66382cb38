"""Reads all rows of one mail, its file, batches and runs, for its lineage; the text of the mail is not read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from triage.errors import ConfigError
from triage.lake.store import Store
from triage.lake.tables import KEY_PATTERN, LABELS, LEDGER, QUARANTINE, RAW_MAIL, ROUTES, RUNS, SILVER_MAIL, Table
from triage.monitoring.governance.in_force import ModelVersion
from triage.monitoring.governance.records.mail_trace import MailTrace

_COLUMNS: Mapping[Table, tuple[str, ...]] = {
    ROUTES: ("batch_id", "queue", "priority", "due_at", "rule", "reason", "rules_version"),
    LABELS: (
        "batch_id", "head", "label", "labels", "best_label", "score", "abstained", "reason", "threshold", "decided_by",
        "model", "model_version",
    ),
    SILVER_MAIL: ("batch_id", "received_at", "language", "entity_counts", "marks", "key_id", "policy_version"),
    QUARANTINE: ("batch_id", "file_key", "reasons", "stage"),
    RAW_MAIL: ("batch_id", "file_key", "byte_offset", "size_bytes", "fault"),
}  # fmt: skip
"""What is read of each table: none of these columns holds text of a mail."""

_PLANNED = (
    "file_key", "batch_id", "kind", "path", "format", "size_bytes", "sha256", "range_start", "range_end", "reasons",
    "planned_at",
)  # fmt: skip


def read_trace(store: Store, mail_key: str, models: Sequence[ModelVersion], in_force: Mapping[str, str]) -> MailTrace:
    """The rows of a mail. Raises ConfigError for what is no mail key, and where no table knows it."""
    if not re.match(KEY_PATTERN, mail_key):
        raise ConfigError(
            "A mail key is 64 hexadecimal digits.",
            where="MAIL_KEY",
            remedy="Take it from gold/routes, silver/mail or quarantine/mail.",
        )
    rows = {table.name: _rows(store, table, mail_key) for table in _COLUMNS}
    if not any(rows.values()):
        raise ConfigError(
            "The lake has no mail with this key. It was never read, it was erased, or it was deleted by age.",
            where="MAIL_KEY",
            remedy="Take a key from gold/routes, silver/mail or quarantine/mail.",
        )
    batches = {row["batch_id"] for found in rows.values() for row in found}
    return MailTrace(
        mail_key=mail_key,
        rows=rows,
        ledger=_ledger(store, rows, batches),
        runs=_runs(store, batches),
        commits=_commits(store),
        models=models,
        in_force=in_force,
    )


def _rows(store: Store, table: Table, mail_key: str) -> list[dict[str, Any]]:
    found = store.rows(table, _COLUMNS[table], mail_key=[mail_key])
    return sorted(found, key=lambda row: (row["batch_id"], row.get("head", "")))


def _ledger(store: Store, rows: Mapping[str, list[dict[str, Any]]], batches: set[int]) -> list[dict[str, Any]]:
    """The plan's rows of the mail's file in its batches, and of the replays that took it."""
    own = [row for table in (RAW_MAIL, QUARANTINE) for row in rows[table.name]]
    files = {row["file_key"] for row in own}
    planned = store.rows(LEDGER, _PLANNED, batch_id=sorted(batches))
    found = [row for row in planned if row["kind"] == "replay" or row["file_key"] in files]
    return sorted(found, key=lambda row: (row["batch_id"], row["range_start"] or 0))


def _runs(store: Store, batches: set[int]) -> list[dict[str, Any]]:
    found = [row for row in store.rows(RUNS, RUNS.column_names) if batches & set(row["batches"] or ())]
    return sorted(found, key=lambda row: (row["started_at"], row["run_id"]))


def _commits(store: Store) -> dict[str, Any] | None:
    logs = {table.name: store.commits(table) for table in (*_COLUMNS, RUNS)}
    return None if None in logs.values() else logs
