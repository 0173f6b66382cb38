"""The mails that a file for people holds: the open items of the review queue, or the newest mails."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Any

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import Taxonomy, load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import LABELS, ROUTES, SILVER_MAIL
from triage.learning.review.blind import is_blind
from triage.learning.review.items import Item, open_items
from triage.routing.conditions import nearest

TEXT_CHARS = 600
"""Characters of a mail's text that are shown."""
_TEXT_LINES = 12
_CUT_TOKEN = re.compile(r"<[A-Z0-9a-f_]*$")
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A mail and head, with what the model decided (`decided` is None where it abstained); the text is anonymized.

    Where people should answer without a suggestion, nothing of the decision is there.
    """

    mail_key: str
    head: str
    team: str
    subject: str
    text: str
    suggested: str
    score: float | None
    decided: str | None
    model_version: str | None


def queue_rows(store: Store, settings: Settings, team: str | None) -> list[ExportRow]:
    """The open items of the review queue, those of a head together, the first to review first."""
    items = open_items(store, team, settings.learning.review)
    share = settings.learning.page.blind_share
    rows = [_of_item(item, blind=is_blind(item.item_id, item.purpose, share)) for item in items]
    return by_head(rows, load_taxonomy(settings))


def _of_item(item: Item, *, blind: bool) -> ExportRow:
    shown = (item.suggested, item.score, item.decided, item.model_version)
    mail = (item.mail_key, item.head, item.team, item.subject, shown_text(item.body))
    return ExportRow(*mail, "", None, None, None) if blind else ExportRow(*mail, *shown)


def recent_rows(
    store: Store, settings: Settings, team: str | None, heads: Sequence[str], mails: int
) -> list[ExportRow]:
    """The newest labelled mails, newest first, a row for each of the heads (without any: the taxonomy's first).

    Raises ConfigError for a head that the taxonomy does not have.
    """
    taxonomy = load_taxonomy(settings)
    wanted = _validated(heads, taxonomy)
    newest = _newest(store, team, mails)
    labels = {
        (row["mail_key"], row["head"]): row
        for row in store.rows(LABELS, _LABEL_COLUMNS, mail_key=newest.keys(), head=wanted)
    }
    rows = (_row(newest[key], labels[key, head]) for key in newest for head in wanted if (key, head) in labels)
    return by_head(list(rows), taxonomy)


def by_head(rows: Sequence[ExportRow], taxonomy: Taxonomy) -> list[ExportRow]:
    """The rows with those of a head together: a sheet's list of labels belongs to a range of rows."""
    order = {head.name: number for number, head in enumerate(taxonomy)}
    return sorted(rows, key=lambda row: order.get(row.head, len(order)))


def shown_text(body: str) -> str:
    """The first lines of a text, without blank ones."""
    lines = _BLANK_LINES.sub("\n", body.strip()).split("\n")
    text = "\n".join(lines[:_TEXT_LINES])
    return text if len(text) <= TEXT_CHARS else f"{_CUT_TOKEN.sub('', text[:TEXT_CHARS]).rstrip()} …"


_LABEL_COLUMNS = ("mail_key", "head", "label", "best_label", "score", "model_version")


def _validated(heads: Sequence[str], taxonomy: Taxonomy) -> list[str]:
    names = [head.name for head in taxonomy]
    for head in heads:
        if head not in names:
            raise ConfigError("There is no such head.", where="--head", remedy=nearest(head, names))
    return list(dict.fromkeys(heads)) or names[:1]


def _newest(store: Store, team: str | None, mails: int) -> dict[str, dict[str, Any]]:
    """The newest mails with their texts and queues, by key."""
    queues = _queues(store, team)
    dated = store.rows(SILVER_MAIL, ("mail_key", "received_at"))
    routed = (row for row in dated if row["mail_key"] in queues)
    newest = [row["mail_key"] for row in nlargest(mails, routed, key=lambda row: (row["received_at"], row["mail_key"]))]
    found = {row["mail_key"]: row | {"team": queues[row["mail_key"]]} for row in _texts(store, newest)}
    return {key: found[key] for key in newest}


def _texts(store: Store, keys: Collection[str]) -> Iterator[dict[str, Any]]:
    return store.rows(SILVER_MAIL, ("mail_key", "subject", "body"), mail_key=keys)


def _queues(store: Store, team: str | None) -> dict[str, str]:
    among = {} if team is None else {"queue": [team]}
    return {row["mail_key"]: row["queue"] for row in store.rows(ROUTES, ("mail_key", "queue"), **among)}


def _row(mail: dict[str, Any], label: dict[str, Any]) -> ExportRow:
    return ExportRow(
        label["mail_key"], label["head"], mail["team"], mail["subject"], shown_text(mail["body"]), label["best_label"],
        label["score"], label["label"], label["model_version"],
    )  # fmt: skip
