"""Every table of the lake, declared once, in a module for each layer.

Checks, dictionary, writers and tests derive from here.
"""

from __future__ import annotations

from triage.lake.tables.decisions import PROMOTIONS, RELABELS
from triage.lake.tables.gold import (
    CORRECTIONS,
    LABELS,
    MAIL_COUNTS,
    REASONS_TO_ABSTAIN,
    ROUTES,
    STATES,
    STATUS,
    THREADS,
)
from triage.lake.tables.learning import GOLD_SET, REVIEW_QUEUE, SHADOW_LABELS, TRAINING_SETS
from triage.lake.tables.metrics.alerts import ALERTS
from triage.lake.tables.metrics.drift import DRIFT, PROFILES
from triage.lake.tables.metrics.runs import MEASURES, QUALITY, RUNS, TAGGER_FALLBACK
from triage.lake.tables.ops import APPLIED_MIGRATIONS, BASELINES, ERASURES, LEDGER, REVEALS
from triage.lake.tables.quarantine import QUARANTINE
from triage.lake.tables.schema import KEY_PATTERN, TOKEN_PATTERN, Column, Join, Privacy, Table
from triage.lake.tables.silver import SILVER_MAIL
from triage.lake.tables.vault import DATA_KEYS, LAKE_KEYS, PSEUDONYMS, RAW_MAIL

__all__ = [
    "ALERTS", "APPLIED_MIGRATIONS", "BASELINES", "CORRECTIONS", "DATA_KEYS", "DRIFT", "ERASURES", "GOLD_SET",
    "KEY_PATTERN", "LABELS", "LAKE_KEYS", "LEDGER", "MAIL_COUNTS", "MEASURES", "PROFILES", "PROMOTIONS", "PSEUDONYMS",
    "QUALITY", "QUARANTINE", "RAW_MAIL", "REASONS_TO_ABSTAIN", "RELABELS", "REVEALS", "REVIEW_QUEUE",
    "ROUTES", "RUNS", "SHADOW_LABELS", "SILVER_MAIL", "STATES", "STATUS", "TABLES", "TAGGER_FALLBACK",
    "THREADS", "TOKEN_PATTERN", "TRAINING_SETS", "Column", "Join", "Privacy", "Table",
]  # fmt: skip

TABLES: tuple[Table, ...] = (
    RAW_MAIL,
    PSEUDONYMS,
    LAKE_KEYS,
    DATA_KEYS,
    QUARANTINE,
    SILVER_MAIL,
    THREADS,
    LABELS,
    ROUTES,
    STATUS,
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
)
"""All tables, in the order of the dictionary."""
