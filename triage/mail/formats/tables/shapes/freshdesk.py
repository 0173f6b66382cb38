"""Tickets of Freshdesk as its API and JSON export have them, with conversations where these were included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triage.mail.formats.tables.shapes.fields import entry, inner, items, person, present, text


@dataclass(frozen=True, slots=True)
class Freshdesk:
    """The ticket's description and each conversation; older exports wrap a ticket as `helpdesk_ticket`."""

    def matches(self, row: Mapping[str, Any]) -> bool:
        ticket = row.get("helpdesk_ticket", row)
        return (
            isinstance(ticket, Mapping)
            and "id" in ticket
            and ("description_text" in ticket or "conversations" in ticket)
        )

    def messages(self, row: Mapping[str, Any]) -> Sequence[bytes]:
        ticket = row.get("helpdesk_ticket", row)
        opening = {
            "subject": text(ticket.get("subject")),
            "body": text(ticket.get("description_text")),
            "html": "" if text(ticket.get("description_text")) else text(ticket.get("description")),
            "date": text(ticket.get("created_at")),
            "from": person(ticket.get("requester")) or text(ticket.get("email")),
            "to": [text(one) for one in items(ticket.get("to_emails"))],
            "cc": [text(one) for one in items(ticket.get("cc_emails"))],
        }
        talk = (_conversation(ticket, one) for one in items(ticket.get("conversations")))
        return present([entry("freshdesk", ticket.get("id"), "", opening), *talk])


def _conversation(ticket: Mapping[str, Any], one: object) -> bytes | None:
    body = text(inner(one, "body_text"))
    fields = {
        "subject": text(ticket.get("subject")),
        "body": body,
        "html": "" if body else text(inner(one, "body")),
        "date": text(inner(one, "created_at")),
        "from": text(inner(one, "from_email")),
        "to": [text(address) for address in items(inner(one, "to_emails"))],
    }
    return entry("freshdesk", ticket.get("id"), inner(one, "id") or inner(one, "created_at"), fields)
