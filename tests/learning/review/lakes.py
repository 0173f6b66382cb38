"""Rows of the queue and of corrections over the small lake of the tests of corrections."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.learning.corrections.lakes import MAILS, NOW

ANN, BEN = (f"<REVIEWER_aaaaaa_0123456789abcde{n}>" for n in (1, 2))


def item(**given: Any) -> dict[str, Any]:
    """A row of gold/review_queue for the first mail, but for what is given."""
    fields = {
        "item_id": "1",
        "draw_id": "draw-1",
        "drawn_at": NOW,
        "mail_key": MAILS[0],
        "head": "category",
        "team": "billing",
        "place": 1,
        "purpose": "uncertain",
        "value": 0.5,
        "suggested": "billing",
        "score": 0.75,
        "answers": 1,
        "model_version": "3",
        "terms": ["invoice", "sum"],
        "seen_batch": 1,
    }
    return fields | given


def correction(number: int, **given: Any) -> dict[str, Any]:
    """A row of gold/corrections for the first mail, a minute after the draw, but for what is given."""
    fields = {
        "correction_id": str(number),
        "mail_key": MAILS[0],
        "corrected_at": NOW + timedelta(minutes=number),
        "corrected_by": ANN,
        "head": "category",
        "decided": "billing",
        "label": "sales",
        "source": "page",
        "model_version": "3",
    }
    return fields | given
