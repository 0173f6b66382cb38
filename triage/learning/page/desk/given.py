"""Corrections of the lake as answers to items: what people decided before this process started, or elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from triage.learning.page.desk.items import Item
from triage.learning.page.desk.journal import Answer
from triage.learning.review.answers import asked_since
from triage.monitoring.performance.corrections import not_undone

EXPLICIT = ("page", "audit", "file")
"""Sources of corrections that a person stated; a moved mail is only a hint."""


def given_answers(items: Iterable[Item], corrections: Iterable[Mapping[str, Any]]) -> Iterator[Answer]:
    """Corrections that answer the items and that nobody took back, in the order of decision.

    Those before the draw of an item answer only an unsettled one.
    """
    by_question = {(item.mail_key, item.head): item for item in items}
    for row in reversed(not_undone(list(corrections))):
        item = by_question.get((row["mail_key"], row["head"]))
        if item is not None and row["source"] in EXPLICIT and _is_of(item, row):
            yield _answer(item, row)


def _is_of(item: Item, row: Mapping[str, Any]) -> bool:
    since = asked_since(item.purpose, item.drawn_at)
    return since is None or row["corrected_at"] >= since


def _answer(item: Item, row: Mapping[str, Any]) -> Answer:
    return Answer(
        correction_id=row["correction_id"],
        item_id=item.item_id,
        mail_key=item.mail_key,
        head=item.head,
        label=row["label"],
        decided=item.decided,
        model_version=item.model_version,
        at=row["corrected_at"],
        reviewer=row["corrected_by"],
        who="",
        reason=None,
        source=row["source"],
    )
