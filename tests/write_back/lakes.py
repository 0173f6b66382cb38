"""A small lake with raw mails and routes, made without Spark, and its settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.lakes import SECRET
from triage.config import Settings
from triage.lake.store import Store
from triage.lake.tables import LEDGER, RAW_MAIL, ROUTES, SILVER_MAIL
from triage.mail.keys import mail_key
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.privacy.pseudonyms.sealing import seal

NEWEST = datetime(2026, 3, 6, 15, tzinfo=UTC)
KEYS = keys_from_secret(bytes.fromhex(SECRET))


def message(number: int) -> bytes:
    """A mail in clear."""
    return (
        f"From: Ada Example <ada{number}@customer.example>\nMessage-ID: <m{number}@customer.example>\n"
        f"Subject: Invoice {number}\n\nPlease look at it.\n"
    ).encode()


def no_spark() -> Any:
    """In place of a session."""
    raise AssertionError("Spark was started.")


def store_of(root: Path) -> Store:
    """The lake's store, which has no Spark."""
    return Store(no_spark, str(root))


def make_lake(root: Path, count: int, queue: str = "billing", *, has_bytes: bool = True) -> list[str]:
    """A lake with so many mails, with or without their bytes; gives their keys."""
    store = store_of(root)
    keys = [mail_key(message(number)) for number in range(count)]
    store.append_rows(LEDGER, [dict.fromkeys(LEDGER.column_names)], 1)
    sealed = [bytearray(seal(message(n), key.encode(), KEYS)) if has_bytes else None for n, key in enumerate(keys)]
    for table, more in ((RAW_MAIL, "sealed"), (SILVER_MAIL, "received_at"), (ROUTES, "queue")):
        none: dict[str, Any] = dict.fromkeys(table.column_names)
        values: dict[str, list[Any]] = {
            "sealed": sealed,
            "received_at": [NEWEST - timedelta(hours=n) for n in range(count)],
            "queue": [queue] * count,
        }
        rows = [none | {"mail_key": key, "batch_id": 1, more: values[more][n]} for n, key in enumerate(keys)]
        store.append_rows(table, [row | _route(table is ROUTES) for row in rows], 1)
    return keys


def _route(is_route: bool) -> dict[str, Any]:
    if not is_route:
        return {}
    return {"priority": "high", "rule": "billing", "reason": "r", "rules_version": "v", "due_at": NEWEST}


def settings_of(root: Path, chunk: int = 3, **targets: dict[str, Any]) -> Settings:
    """Settings of the lake with these targets."""
    return Settings.model_validate({"lake": {"root": str(root)}, "write_back": {"targets": targets, "chunk": chunk}})
