"""JSON lines: one object a line, of mail fields or of a program that `shapes` knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.base import RawMessage
from triage.mail.formats.tables.rows import Columns, RowError
from triage.mail.formats.tables.shapes import messages_of
from triage.reasons import Reason

_SUFFIXES = (".jsonl", ".ndjson")
LISTS = ("value", "tickets", "issues", "results", "messages", "items")
"""Names of the lists in which JSON exports have their objects."""


@dataclass(frozen=True, slots=True)
class Jsonl:
    """Each line becomes a message (see `rows`); a line that is no mail keeps its bytes and bears BAD_ROW."""

    name: str = "jsonl"
    columns: Columns = ()
    splittable: bool = True

    def matches(self, name: str, head: bytes) -> bool:
        if name.endswith(_SUFFIXES):
            return True
        line = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
        row = parsed(line) if line.startswith(b"{") else None
        return row is not None and not any(isinstance(row.get(key), list) for key in LISTS)

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        offset = _line_start(stream, start)
        while end is None or offset < end:
            line = stream.readline(limits.stored_bytes + 1)
            if not line:
                return
            size = len(line)
            if size > limits.stored_bytes:
                size += _skip_line(stream, line)
                yield RawMessage(b"", offset, None, Reason.MESSAGE_TOO_LARGE)
            elif line.strip():
                yield from records_of(line, offset, self.columns)
            offset += size


def _line_start(stream: BinaryIO, start: int) -> int:
    if start == 0:
        return 0
    stream.seek(start - 1)
    return start - 1 + _skip_line(stream, b"")


def _skip_line(stream: BinaryIO, line: bytes) -> int:
    skipped = 0
    while not line.endswith(b"\n"):
        line = stream.readline(2**20)
        if not line:
            break
        skipped += len(line)
    return skipped


def records_of(line: bytes, offset: int, columns: Columns = ()) -> Iterator[RawMessage]:
    """The messages in the text of one object, those after the first named by their number; else one BAD_ROW."""
    row = parsed(line.removeprefix(b"\xef\xbb\xbf"))
    try:
        messages = messages_of(row, columns) if row is not None else ()
    except (RowError, RecursionError):
        messages = ()
    if not messages:
        yield RawMessage(line, offset, None, Reason.BAD_ROW)
    for number, message in enumerate(messages):
        yield RawMessage(message, offset, str(number) if number else None)


def parsed(line: bytes) -> dict[str, object] | None:
    """An object of JSON, None where the text is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return _flat(row) if isinstance(row, dict) else None


def _flat(row: dict[str, object]) -> dict[str, object]:
    """The row with what stands in a nested object of header fields."""
    for name in ("header", "headers"):
        nested = row.get(name)
        if isinstance(nested, dict):
            row = {**nested, **row}
    return row
