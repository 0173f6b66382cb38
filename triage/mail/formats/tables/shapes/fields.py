"""Reading values of exported objects, whose types cannot be relied upon."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from triage.mail.formats.tables.rows import RowError, message_of

_ID = re.compile(r"[^A-Za-z0-9_.-]+")


def text(value: object) -> str:
    """A text or number as text, "" for anything else."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def inner(value: object, *names: str) -> Any:
    """What a path of names leads to, None where it ends before."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def items(value: object) -> list[Any]:
    """A list, empty for anything else."""
    return value if isinstance(value, list) else []


def person(value: object, name: str = "name", address: str = "email") -> dict[str, str] | str:
    """Somebody as rows have people, from an object with these two fields or from a text."""
    if not isinstance(value, Mapping):
        return text(value)
    found = {"name": text(value.get(name)), "email": text(value.get(address))}
    return found if any(found.values()) else ""


def entry(program: str, ticket: object, number: object, fields: Mapping[str, object]) -> bytes | None:
    """One entry of a ticket as a message; None without a text. Entries of a ticket are one thread.

    `number` names an entry for good: its id, or "" of the text that opened the ticket.
    """
    if not text(fields.get("body")).strip() and not text(fields.get("html")).strip():
        return None
    name = f"{program}-{_ID.sub('-', text(ticket))}"
    of_ticket = f"<{name}@tickets.invalid>"
    ids = {"message_id": of_ticket}
    if number:
        ids = {"message_id": f"<{name}-{_ID.sub('-', text(number))}@tickets.invalid>", "references": of_ticket}
    return message_of({**fields, **ids})


def present(messages: list[bytes | None]) -> list[bytes]:
    """Those that are. Raises RowError where none is."""
    found = [message for message in messages if message is not None]
    if not found:
        raise RowError("a ticket without a text")
    return found
