"""Tickets of Zendesk as its JSON export has them: comments in the ticket, people as objects or in `via`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triage.mail.formats.tables.shapes.fields import entry, inner, items, person, present, text


@dataclass(frozen=True, slots=True)
class Zendesk:
    """The ticket's description, which its first comment repeats, and each comment that customers may see or not."""

    def matches(self, row: Mapping[str, Any]) -> bool:
        return (
            "id" in row and "description" in row and ("requester_id" in row or "requester" in row or "comments" in row)
        )

    def messages(self, row: Mapping[str, Any]) -> Sequence[bytes]:
        comments = items(row.get("comments"))
        opening = None if comments and _body(comments[0]) == text(row.get("description")) else _opening(row)
        return present([opening, *(_comment(row, one) for one in comments)])


def _opening(row: Mapping[str, Any]) -> bytes | None:
    fields = {
        "subject": text(row.get("subject")),
        "body": text(row.get("description")),
        "date": text(row.get("created_at")),
        "from": _sender(row) or person(row.get("requester")) or person(row.get("submitter")),
        "to": text(inner(row, "via", "source", "to", "address")) or text(row.get("recipient")),
    }
    return entry("zendesk", row.get("id"), "", fields)


def _comment(row: Mapping[str, Any], one: object) -> bytes | None:
    fields = {
        "subject": text(row.get("subject")),
        "body": _body(one),
        "html": "" if _body(one) else text(inner(one, "html_body")),
        "date": text(inner(one, "created_at")),
        "from": _sender(one) or person(inner(one, "author")),
        "to": text(inner(one, "via", "source", "to", "address")),
    }
    return entry("zendesk", row.get("id"), inner(one, "id") or inner(one, "created_at"), fields)


def _body(one: object) -> str:
    return text(inner(one, "plain_body")) or text(inner(one, "body"))


def _sender(of: object) -> dict[str, str] | str:
    return person(inner(of, "via", "source", "from"), address="address")
