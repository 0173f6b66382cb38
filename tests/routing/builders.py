"""Rule files, mails and labels for the routing tests; a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from tests.stores import rows_of
from triage.config import RoutingSettings, Settings
from triage.lake.tables import LABELS, SILVER_MAIL
from triage.routing.rules import Rules, load_rules

HEADS = {
    "category": ["billing", "sales", "hr"],
    "priority": ["low", "normal", "high", "urgent"],
    "kind": ["human", "auto_reply", "bounce", "newsletter", "spam"],
}
RECEIVED = datetime(2024, 3, 30, 23, 30, tzinfo=UTC)


def rules_from(folder: Path, text: str, heads: dict[str, list[str]] = HEADS) -> Rules:
    """The rules of a YAML text."""
    file = folder / "routing.yaml"
    file.write_text(dedent(text), "utf-8")
    return load_rules(Settings(routing=RoutingSettings(rules=str(file))), heads)


def rules_of(folder: Path, *conditions: str) -> Rules:
    """Rules r1, r2, … with these conditions in YAML's flow style, and the default queue `rest`."""
    entries = "".join(f"  - {{name: r{i}, queue: q{i}, when: {when}}}\n" for i, when in enumerate(conditions, start=1))
    return rules_from(folder, f"default: {{queue: rest}}\nrules:\n{entries}")


def mails(spark: SparkSession, *rows: dict[str, Any]) -> DataFrame:
    """Rows of silver/mail; keys m1, m2, …"""
    usual = {
        "batch_id": 1,
        "received_at": RECEIVED,
        "subject": "",
        "body": "",
        "language": "en",
        "attachments": [],
        "has_html": False,
        "auto_submitted": False,
        "bulk": False,
        "list_mail": False,
        "bounce": False,
        "reply": False,
        "size_bytes": 100,
        "body_chars": 10,
        "entity_counts": {},
        "marks": [],
        "key_id": "k",
        "policy_version": "p",
    }
    full = [usual | {"mail_key": f"m{i}"} | row for i, row in enumerate(rows, start=1)]
    return rows_of(spark, SILVER_MAIL, full)


def labels(spark: SparkSession, *rows: tuple[str, str, str | None, float]) -> DataFrame:
    """Rows of gold/labels from (mail_key, head, label, score); a label of None is an abstention."""
    full: list[tuple[Any, ...]] = [
        (
            key,
            1,
            head,
            label,
            [label] if label else [],
            label or "billing",
            score,
            {},
            label is None,
            None if label else "LOW_SCORE",
            0.5,
            "model",
            "triage-labels",
            "1",
        )
        for key, head, label, score in rows
    ]
    return spark.createDataFrame(full, LABELS.schema)
