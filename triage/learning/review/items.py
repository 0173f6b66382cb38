"""The open items of the review queue, as the page and the export read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from triage.config.learning.review import ReviewSettings
from triage.lake.store import Store
from triage.lake.tables import LABELS, REVIEW_QUEUE, SILVER_MAIL
from triage.learning.review.answers import Answers, answered_by, asked_since, read_answers
from triage.learning.review.near import NearMail, corrected_mails, nearest

MOST_NEAR = 3
"""Near mails of an item that are shown."""

_QUEUE_COLUMNS = (
    "item_id", "drawn_at", "mail_key", "head", "team", "place", "purpose", "value", "suggested", "score", "answers",
    "model_version", "terms",
)  # fmt: skip
_MAIL_COLUMNS = ("mail_key", "subject", "body", "language", "received_at", "terms")


@dataclass(frozen=True, slots=True)
class Item:
    """A mail and head that a person should look at; what it shows of the mail is anonymized.

    `purpose` is for the record only: a reviewer who knows which items are gold questions answers them with more care.
    """

    item_id: str
    drawn_at: datetime
    mail_key: str
    head: str
    team: str
    place: int
    purpose: str
    value: float
    suggested: str
    score: float
    alternatives: tuple[tuple[str, float], ...]
    """All labels with their probabilities, the most probable first, `suggested` included."""
    decided: str | None
    """The label that the mail has in gold/labels; None where the head abstained."""
    model_version: str | None
    terms: tuple[str, ...]
    """Words that most support `suggested`, the strongest first."""
    near: tuple[NearMail, ...]
    """Like mails that were corrected already."""
    subject: str
    body: str
    language: str
    received_at: datetime
    answers: int
    """How many people should answer."""
    answered_by: frozenset[str]
    """Pseudonyms of those who did; none of them should be asked again."""


def open_items(
    store: Store, team: str | None = None, settings: ReviewSettings | None = None, now: datetime | None = None
) -> tuple[Item, ...]:
    """The items of a team (of all) that wait for an answer, by team and place.

    Not in it: items that enough people answered, items older than `open_days`, mails that are gone.
    """
    answers = read_answers(store)
    rows = open_rows(store, answers, settings or ReviewSettings(), now or datetime.now(UTC), team)
    mails = _by_mail(store, rows)
    rows = [row for row in rows if row["mail_key"] in mails]
    labels, near = _labels(store, rows), _near(store, rows, mails, answers)
    return tuple(_item(row, mails[row["mail_key"]], labels, near, answers) for row in rows)


def open_rows(
    store: Store, answers: Answers, settings: ReviewSettings, now: datetime, team: str | None = None
) -> list[dict[str, Any]]:
    """The rows of the queue that wait for an answer, whether or not their mails are still there."""
    oldest = now - timedelta(days=settings.open_days)
    among = {} if team is None else {"team": (team,)}
    rows = (row for row in store.rows(REVIEW_QUEUE, _QUEUE_COLUMNS, **among) if row["drawn_at"] > oldest)
    waiting = [row for row in rows if len(answered(row, answers)) < row["answers"]]
    return sorted(waiting, key=lambda row: (row["team"], row["place"], row["drawn_at"], row["item_id"]))


def answered(row: Mapping[str, Any], answers: Answers) -> frozenset[str]:
    """Who answered a row of the queue."""
    since = asked_since(row["purpose"], row["drawn_at"])
    return answered_by(answers.get((row["mail_key"], row["head"]), ()), since)


def _by_mail(store: Store, rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    keys = {row["mail_key"] for row in rows}
    return {row["mail_key"]: row for row in store.rows(SILVER_MAIL, _MAIL_COLUMNS, mail_key=keys)} if keys else {}


def _labels(store: Store, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    among = {"mail_key": {row["mail_key"] for row in rows}, "head": {row["head"] for row in rows}}
    found = store.rows(LABELS, ("mail_key", "head", "label", "scores"), **among) if rows else iter(())
    return {(row["mail_key"], row["head"]): row for row in found}


def _near(
    store: Store, rows: Sequence[Mapping[str, Any]], mails: Mapping[str, Mapping[str, Any]], answers: Answers
) -> dict[str, tuple[NearMail, ...]]:
    """By item."""
    by_head: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_head[row["head"]].append(row)
    found: dict[str, tuple[NearMail, ...]] = {}
    corrected = corrected_mails(store, answers)
    for head, own in by_head.items():
        given = [(row["mail_key"], mails[row["mail_key"]]["terms"] or ()) for row in own]
        near = nearest(given, corrected.get(head, ()), MOST_NEAR)
        found |= {row["item_id"]: one for row, one in zip(own, near, strict=True)}
    return found


def _item(
    row: Mapping[str, Any],
    mail: Mapping[str, Any],
    labels: Mapping[tuple[str, str], Mapping[str, Any]],
    near: Mapping[str, tuple[NearMail, ...]],
    answers: Answers,
) -> Item:
    given = labels.get((row["mail_key"], row["head"]))
    scores = dict(given["scores"]) if given else {row["suggested"]: row["score"]}
    shown = {name: row[name] for name in _QUEUE_COLUMNS if name != "terms"}
    shown |= {name: mail[name] for name in _MAIL_COLUMNS if name not in ("mail_key", "terms")}
    return Item(
        **shown,
        alternatives=tuple(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))),
        decided=given["label"] if given else None,
        terms=tuple(row["terms"] or ()),
        near=near[row["item_id"]],
        answered_by=answered(row, answers),
    )
