"""What is written of a route: its marks, such as `queue=billing`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

MARKED = ("queue", "priority", "team")
"""The columns of gold/routes that people sort mail by."""

ROUTE = ("mail_key", "batch_id", *MARKED, "due_at", "rule", "rules_version")
"""The columns of gold/routes that are read."""


def marks_of(route: Mapping[str, Any]) -> tuple[str, ...]:
    """Marks in a form that every target can hold: letters, digits, hyphen and underscore beside the equals sign."""
    return tuple(f"{name}={route[name]}" for name in MARKED if route[name])


def fields_of(route: Mapping[str, Any]) -> dict[str, str]:
    """A route as texts, the due time in UTC; without what it does not have."""
    due = route["due_at"]
    fields = {name: route[name] for name in (*MARKED, "rule", "rules_version")}
    fields["due_at"] = due and due.astimezone(UTC).isoformat(timespec="seconds")
    return {name: str(value) for name, value in fields.items() if value}
