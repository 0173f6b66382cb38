"""Mails of a request to a served model."""

from __future__ import annotations

from typing import Any

ROWS: list[dict[str, Any]] = [
    {"subject": "urgent matter", "body": "the invoice is overdue, please refund the amount"},
    {"subject": "some time later", "body": "my holiday and my salary", "bulk": True, "language": "en"},
    {"subject": "", "body": "court, clause & <PERSON_00000000000000aa>", "importance": 1, "reply": False},
    {
        "subject": "Straße 你好",
        "body": "none of this was learnt",
        "attachments": [{"name": "a.pdf", "media_type": "application/pdf", "size_bytes": 3}],
        "sent_at": "2026-03-02T09:30:00+01:00",
    },
]
