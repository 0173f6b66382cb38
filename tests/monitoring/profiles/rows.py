"""Rows of observations for the tests: a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

HOUR = 3_600_000_000
AT = 1_000_000 * HOUR
LABEL = pa.struct(
    [
        ("head", pa.string()),
        ("label", pa.string()),
        ("best_label", pa.string()),
        ("score", pa.float64()),
        ("reason", pa.string()),
    ]
)
_FIELDS: list[tuple[str, pa.DataType]] = [
    ("published", pa.bool_()),
    ("received_at", pa.int64()),
    ("attachments", pa.int32()),
    ("present", pa.list_(pa.string())),
    ("language", pa.string()),
    ("language_score", pa.float64()),
    ("body_chars", pa.int64()),
    ("size_bytes", pa.int64()),
    *((name, pa.bool_()) for name in ("has_html", "auto_submitted", "bulk", "list_mail", "bounce", "reply")),
    ("entity_counts", pa.map_(pa.string(), pa.int32())),
    ("marks", pa.list_(pa.string())),
    ("terms", pa.list_(pa.int32())),
    ("words", pa.int32()),
    ("rare_words", pa.int32()),
    ("garbled", pa.int32()),
    ("labels", pa.list_(LABEL)),
    ("queue", pa.string()),
    ("priority", pa.string()),
    ("rule", pa.string()),
    ("due_at", pa.int64()),
    ("reasons", pa.list_(pa.string())),
    ("source", pa.string()),
]
SCHEMA = pa.schema(_FIELDS)
USUAL: Mapping[str, Any] = {
    "published": True,
    "received_at": AT - HOUR,
    "attachments": 0,
    "present": ["subject"],
    "language": "en",
    "body_chars": 100,
    "size_bytes": 1000,
    "entity_counts": [],
    "marks": [],
    "queue": "desk",
    "rule": "default",
    "source": "/mail",
}


def table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """A table of observations."""
    return pa.Table.from_pylist([{**USUAL, **row} for row in rows], schema=SCHEMA)


def label(head: str, label: str | None, best: str, score: float, reason: str | None = None) -> dict[str, Any]:
    """A member of the column `labels`."""
    return {"head": head, "label": label, "best_label": best, "score": score, "reason": reason}
