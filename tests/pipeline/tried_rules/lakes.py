"""A small lake of mails with labels, made without Spark, and its settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from triage.config import LakeSettings, RoutingSettings, Settings
from triage.lake.store import Store
from triage.lake.tables import LABELS, SILVER_MAIL

NEWEST = datetime(2026, 3, 6, 15, tzinfo=UTC)  # a Friday, 16:00 in Berlin

BEFORE = """
default: {queue: review, due_hours: 24}
rules:
  - {name: billing, when: {category: billing}, queue: billing, due_hours: 8}
  - {name: sales, when: {category: sales}, queue: sales}
"""


def no_spark() -> Any:
    """In place of a session."""
    raise AssertionError("Spark was started.")


def settings_of(folder: Path) -> Settings:
    """Settings of a lake in `folder` whose rules are BEFORE."""
    (folder / "before.yaml").write_text(BEFORE, "utf-8")
    lake, routing = LakeSettings(root=str(folder / "lake")), RoutingSettings(rules=str(folder / "before.yaml"))
    return Settings(lake=lake, routing=routing)


def store_of(settings: Settings) -> Store:
    """The lake's store, which has no Spark."""
    return Store(no_spark, settings.lake.root)


def add_mail(store: Store, key: str, batch: int, category: str | None, *, hours: float = 0, **facts: Any) -> None:
    """A mail of so many hours before NEWEST, the only one of its batch."""
    usual: dict[str, Any] = dict.fromkeys(SILVER_MAIL.column_names)
    known = {"mail_key": key, "batch_id": batch, "received_at": NEWEST - timedelta(hours=hours), "language": "en"}
    texts = {"subject": "", "body": "", "bulk": False, "reply": False, "marks": []}
    store.append_rows(SILVER_MAIL, [usual | known | texts | facts], batch)
    none: dict[str, Any] = dict.fromkeys(LABELS.column_names)
    rows = [
        none | {"mail_key": key, "batch_id": batch, "head": head, "label": label, "score": 0.9}
        for head, label in (("category", category), ("priority", "high"), ("kind", "human"))
    ]
    store.append_rows(LABELS, rows, batch)
