"""Reads items, their mails and the corrections made so far from the lake, without a JVM where the lake is local."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from triage.config.learning import LearningSettings
from triage.labelling.taxonomy import Taxonomy
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, LABELS, REVIEW_QUEUE, ROUTES, SILVER_MAIL
from triage.learning.page.desk.items import Item, Mail
from triage.learning.review.blind import is_blind
from triage.monitoring.performance.corrections import not_undone

FACTS = ("auto_submitted", "bulk", "list_mail", "bounce", "reply", "has_html", "importance", "language")
_MAIL = ("mail_key", "subject", "body", "received_at", "sender", "attachments", "terms", *FACTS)
_LABEL = ("mail_key", "head", "label", "best_label", "score", "scores", "decided_by", "model", "model_version")
_CORRECTION = ("correction_id", "mail_key", "corrected_at", "corrected_by", "head", "label", "source", "undoes")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LakeItems:
    """Items with their mails, and all corrections of the lake."""

    items: tuple[Item, ...]
    mails: Mapping[str, Mail]
    corrections: tuple[Row, ...]


def read_items(
    store: Store, taxonomy: Taxonomy, settings: LearningSettings, team: str | None, now: datetime
) -> LakeItems:
    """The items of the review queue that are not too old, of a team or all; without any the least certain labels.

    Items without a published mail (it was erased) or of a head that the taxonomy does not have are left out.
    """
    corrections = tuple(store.rows(CORRECTIONS, _CORRECTION))
    oldest = now - timedelta(days=settings.review.open_days)
    drawn = _drawn(store, team, oldest) or _least_certain(store, settings.page.without_draw, team, corrections)
    mails = read_mails(store, {row["mail_key"] for row in drawn})
    labels = {head.name: head.labels for head in taxonomy.heads}
    known = [row for row in drawn if row["mail_key"] in mails and row["head"] in labels]
    given = _labels(store, {row["mail_key"] for row in known})
    blind = settings.page.blind_share
    items = (_item(row, mails[row["mail_key"]].language, labels[row["head"]], given, blind) for row in known)
    return LakeItems(tuple(items), mails, corrections)


def read_mails(store: Store, mail_keys: Collection[str]) -> dict[str, Mail]:
    """The mails by key."""
    found = store.rows(SILVER_MAIL, _MAIL, mail_key=mail_keys) if mail_keys else iter(())
    return {row["mail_key"]: _mail(row) for row in found}


def _drawn(store: Store, team: str | None, oldest: datetime) -> list[Row]:
    """The rows of the queue, answered or not, as `triage.learning.review.items` opens them.

    Of a mail and head that was drawn again the last: an answer to it answers the earlier ones, too.
    """
    among = {} if team is None else {"team": [team]}
    rows = (row for row in store.rows(REVIEW_QUEUE, REVIEW_QUEUE.column_names, **among) if row["drawn_at"] > oldest)
    ordered = sorted(rows, key=lambda row: (row["drawn_at"], row["item_id"]))
    return list({(row["mail_key"], row["head"]): row for row in ordered}.values())


def _least_certain(store: Store, most: int, team: str | None, corrections: Iterable[Row]) -> list[Row]:
    """Labels of mails that have no correction in force, as rows of a draw; those of one mail stand together."""
    queues = {row["mail_key"]: row["queue"] for row in store.rows(ROUTES, ("mail_key", "queue"))}
    asked = {(row["mail_key"], row["head"]) for row in not_undone(list(corrections))}
    labels = (
        row
        for row in store.rows(LABELS, ("mail_key", "head", "best_label", "score", "model_version"))
        if (team is None or queues.get(row["mail_key"]) == team) and (row["mail_key"], row["head"]) not in asked
    )
    chosen = sorted(labels, key=lambda row: (row["score"], row["mail_key"], row["head"]))[:most]
    return [_as_drawn(row, place, queues.get(row["mail_key"], "")) for place, row in enumerate(chosen, 1)]


def _as_drawn(row: Row, place: int, team: str) -> Row:
    name = hashlib.sha256(f"undrawn {row['mail_key']} {row['head']}".encode()).hexdigest()
    about = {"item_id": name, "place": place, "team": team, "purpose": "uncertain", "answers": 1}
    return {**row, **about, "suggested": row["best_label"], "drawn_at": datetime.fromtimestamp(0, UTC)}


def _labels(store: Store, mail_keys: Collection[str]) -> dict[tuple[str, str], Row]:
    found = store.rows(LABELS, _LABEL, mail_key=mail_keys) if mail_keys else iter(())
    return {(row["mail_key"], row["head"]): row for row in found}


def _item(row: Row, language: str, labels: tuple[str, ...], given: Mapping[tuple[str, str], Row], blind: float) -> Item:
    label = given.get((row["mail_key"], row["head"]), {})
    return Item(
        item_id=row["item_id"],
        mail_key=row["mail_key"],
        head=row["head"],
        team=row["team"],
        language=language,
        place=row["place"],
        purpose=row["purpose"],
        labels=labels,
        suggested=row["suggested"],
        score=row["score"],
        scores=label.get("scores") or {row["suggested"]: row["score"]},
        decided=label.get("label"),
        decided_by=None if label.get("decided_by") == "model" else label.get("decided_by"),
        answers=row["answers"],
        model=label.get("model", ""),
        model_version=row["model_version"] or label.get("model_version"),
        drawn_at=row["drawn_at"],
        terms=tuple(row.get("terms") or ()),
        blind=is_blind(row["item_id"], row["purpose"], blind),
    )


def _mail(row: Row) -> Mail:
    return Mail(
        mail_key=row["mail_key"],
        subject=row["subject"],
        body=row["body"],
        received_at=row["received_at"],
        language=row["language"],
        sender=(row["sender"] or {}).get("name") or (row["sender"] or {}).get("address"),
        attachments=tuple(_names(row["attachments"] or ())),
        facts={**{name: row[name] for name in FACTS}, "attachments": row["attachments"]},
        terms=frozenset(row["terms"] or ()),
    )


def _names(attachments: Iterable[Row]) -> Iterator[str]:
    return (one["name"] or one["media_type"] or "?" for one in attachments)
