"""Objects of JSON exports that are no plain rows: one file a program, and one line each in the registry below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from triage.mail.formats.tables.rows import Columns, mapped, message_of
from triage.mail.formats.tables.shapes.freshdesk import Freshdesk
from triage.mail.formats.tables.shapes.graph import Graph
from triage.mail.formats.tables.shapes.jira import Jira
from triage.mail.formats.tables.shapes.zendesk import Zendesk

__all__ = ["Shape", "messages_of"]


class Shape(Protocol):
    """What a program's objects look like, and the messages in one."""

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Whether the object is of this program."""

    def messages(self, row: Mapping[str, Any]) -> Sequence[bytes]:
        """The messages in it, the same bytes for the same object. Raises RowError where there is none."""


SHAPES: tuple[Shape, ...] = (Graph(), Jira(), Freshdesk(), Zendesk())


def messages_of(row: Mapping[str, Any], columns: Columns = ()) -> Sequence[bytes]:
    """The messages in an object: several in a ticket, one in a plain row. Raises RowError where there is none."""
    shape = None if columns else next((one for one in SHAPES if one.matches(row)), None)
    return shape.messages(row) if shape else (message_of(mapped(row, columns)),)
