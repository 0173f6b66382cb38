"""Items, mails and a lake with a review queue, all written without Spark."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.learning.corrections.lakes import made_lake
from triage.lake.store import Store
from triage.lake.tables import LABELS, REVIEW_QUEUE, ROUTES, SILVER_MAIL
from triage.learning.page.desk.desk import Reviewer
from triage.learning.page.desk.items import Item, Mail
from triage.privacy.pseudonyms.keys import Keys

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LABELS_OF_CATEGORY = ("billing", "sales", "hr", "it_support", "logistics", "legal", "customer_service", "facilities")
ADA, BOB, CAT = (
    Reviewer(name, f"<REVIEWER_aaaaaa_{digit * 16}>") for name, digit in (("Ada", "1"), ("Bob", "2"), ("Cat", "3"))
)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)  # two decisions are never at one time
        return self.at


def key_of(number: int) -> str:
    return hashlib.sha256(f"mail {number}".encode()).hexdigest()


def item(number: int, **given: Any) -> Item:
    plain = Item(
        item_id=f"item-{number}",
        mail_key=key_of(number),
        head="category",
        team="billing",
        language="en",
        place=number,
        purpose="uncertain",
        labels=LABELS_OF_CATEGORY,
        suggested="billing",
        score=0.5,
        scores=dict.fromkeys(LABELS_OF_CATEGORY, 0.07) | {"billing": 0.5},
        decided=None,
        decided_by=None,
        answers=1,
        model="triage-heads",
        model_version="3",
        drawn_at=AT - timedelta(days=1),
        terms=(),
        blind=False,
    )
    return replace(plain, **given)


def mail(number: int, **given: Any) -> Mail:
    body = f"Please send invoice {number} again.\n\n> an older mail\n"
    plain = Mail(key_of(number), f"Invoice {number}", body, AT, "en", None, (), {}, frozenset({1, 2, number + 10}))
    return replace(plain, **given)


def lake_with_queue(root: Path, keys: Keys, items: int, *, drawn_at: datetime | None = None, **given: Any) -> Store:
    """A lake whose queue has an item of each of so many mails; `given` are columns of the rows of the queue."""
    store = made_lake(root, keys)
    numbers = range(items)
    store.append_rows(SILVER_MAIL, [_published(number) for number in numbers], 2)
    store.append_rows(LABELS, [_label(number) for number in numbers], 2)
    store.append_rows(ROUTES, [_route(number) for number in numbers], 2)
    at = drawn_at or datetime.now(UTC) - timedelta(minutes=5)
    store.add(REVIEW_QUEUE, [_queued(number, at) | given for number in numbers])
    return store


def accepted(rows: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Mail key → label of rows of gold/corrections; a second row of a mail fails."""
    found: dict[str, str] = {}
    for row in rows:
        assert row["undoes"] is None
        assert row["mail_key"] not in found
        found[row["mail_key"]] = row["label"]
    return found


def _published(number: int) -> dict[str, Any]:
    return {
        "mail_key": key_of(number),
        "batch_id": 2,
        "received_at": AT,
        "sender": {"name": "<PERSON_aaaaaa_0123456789abcdef>", "address": None},
        "recipients": [],
        "subject": f"Invoice {number}",
        "body": f"Please send invoice {number} again.\n\nAm 02.03.26 um 09:30 schrieb X:\n> an older mail\n",
        "language": "en",
        "attachments": [],
        "entity_counts": {},
        "marks": [],
        "terms": [1, 2, 3 + number % 7],
        "key_id": "aaaaaa",
        "policy_version": "1",
    }


def _label(number: int) -> dict[str, Any]:
    return {
        "mail_key": key_of(number),
        "batch_id": 2,
        "head": "category",
        "label": "billing",
        "labels": ["billing"],
        "best_label": "billing",
        "score": 0.6,
        "scores": {"billing": 0.6, "sales": 0.3, "hr": 0.1},
        "abstained": False,
        "decided_by": "model",
        "model": "triage-heads",
        "model_version": "3",
    }


def _route(number: int) -> dict[str, Any]:
    about = {"queue": "billing", "rule": "default", "reason": "", "rules_version": "1"}
    return {"mail_key": key_of(number), "batch_id": 2, **about}


def _queued(number: int, at: datetime) -> dict[str, Any]:
    return {
        "item_id": f"item-{number}",
        "draw_id": "draw",
        "drawn_at": at,
        "mail_key": key_of(number),
        "head": "category",
        "team": "billing",
        "place": number + 1,
        "purpose": "uncertain",
        "value": 1.0,
        "suggested": "billing",
        "score": 0.6,
        "answers": 1,
        "model_version": "3",
    }
