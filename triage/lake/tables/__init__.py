"""Every table of the lake, declared once, in a module for each layer.

Checks, dictionary, writers and tests derive from here.
"""

from __future__ import annotations

from collections.abc import Iterator

from triage.lake.tables.access import readers_of
from triage.lake.tables.gold import CORRECTIONS, LABELS, MAIL_COUNTS, REASONS_TO_ABSTAIN, ROUTES
from triage.lake.tables.learning import (
    GOLD_SET,
    PROMOTIONS,
    RELABELS,
    REVIEW_QUEUE,
    SHADOW_LABELS,
    TRAINING_SETS,
)
from triage.lake.tables.metrics import ALERTS, DRIFT, MEASURES, PROFILES, QUALITY, RUNS, TAGGER_FALLBACK
from triage.lake.tables.ops import APPLIED_MIGRATIONS, BASELINES, ERASURES, LEDGER, REVEALS, WRITE_BACKS
from triage.lake.tables.quarantine import QUARANTINE
from triage.lake.tables.schema import KEY_PATTERN, TOKEN_PATTERN, Column, Privacy, Table
from triage.lake.tables.silver import SILVER_MAIL
from triage.lake.tables.vault import DATA_KEYS, LAKE_KEYS, PSEUDONYMS, RAW_MAIL

__all__ = [
    "ALERTS", "APPLIED_MIGRATIONS", "BASELINES", "CORRECTIONS", "DATA_KEYS", "DRIFT", "ERASURES", "GOLD_SET",
    "KEY_PATTERN", "LABELS", "LAKE_KEYS", "LEDGER", "MAIL_COUNTS", "MEASURES", "PROFILES", "PROMOTIONS", "PSEUDONYMS",
    "QUALITY", "QUARANTINE", "RAW_MAIL", "REASONS_TO_ABSTAIN", "RELABELS", "REVEALS", "REVIEW_QUEUE",
    "ROUTES", "RUNS", "SHADOW_LABELS", "SILVER_MAIL", "TABLES", "TAGGER_FALLBACK", "TOKEN_PATTERN",
    "TRAINING_SETS", "WRITE_BACKS", "Column", "Privacy", "Table", "dictionary",
]  # fmt: skip

TABLES: tuple[Table, ...] = (
    RAW_MAIL,
    PSEUDONYMS,
    LAKE_KEYS,
    DATA_KEYS,
    QUARANTINE,
    SILVER_MAIL,
    LABELS,
    ROUTES,
    MAIL_COUNTS,
    CORRECTIONS,
    GOLD_SET,
    REVIEW_QUEUE,
    TRAINING_SETS,
    SHADOW_LABELS,
    RUNS,
    DRIFT,
    QUALITY,
    MEASURES,
    PROFILES,
    ALERTS,
    LEDGER,
    ERASURES,
    REVEALS,
    BASELINES,
    APPLIED_MIGRATIONS,
    PROMOTIONS,
    RELABELS,
    WRITE_BACKS,
)
"""All tables, in the order of the dictionary."""


def dictionary() -> Iterator[str]:
    """The data dictionary, a Markdown line at a time."""
    for table in TABLES:
        yield f"\n### {table.name}\n\n{table.comment} Key: {', '.join(table.keys)}. Readers: {_readers(table)}.\n"
        yield "| column | type | meaning | personal data |\n|---|---|---|---|"
        for column in table.columns:
            yield f"| {column.name} | {column.type.simpleString()} | {column.comment} | {column.privacy.value} |"


def _readers(table: Table) -> str:
    return ", ".join(role.replace("_", " ") for role in readers_of(table.name))
