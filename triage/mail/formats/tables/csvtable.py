"""CSV of mail fields: a line of column names, then one mail a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.base import RawMessage
from triage.mail.formats.tables.rows import Columns, RowError, has_mail, mapped, message_of
from triage.mail.formats.tables.shapes.jira import csv_comments
from triage.reasons import Reason

_SUFFIXES = (".csv", ".tsv")
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Csv:
    """Comma, semicolon, tab or bar between cells, quoted cells over several lines, UTF-8 or Windows-1252."""

    name: str = "csv"
    columns: Columns = ()
    splittable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        return name.endswith(_SUFFIXES)

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """Each row as a message (see `rows`), BAD_ROW with the row's bytes, or one UNKNOWN_FORMAT without mail."""
        lines = _Lines(stream, limits.stored_bytes)
        first = lines.peek()
        csv.field_size_limit(limits.stored_bytes)
        table = csv.reader(lines, delimiter=max(_DELIMITERS, key=first.count))
        try:
            columns = next(table, [])
        except csv.Error:
            columns = []
        if not has_mail(columns, self.columns):
            rest = stream.read(max(0, limits.stored_bytes + 1 - lines.pending_bytes()))
            data = lines.take() + rest
            yield RawMessage(data if len(data) <= limits.stored_bytes else b"", 0, None, Reason.UNKNOWN_FORMAT)
            return
        lines.take()
        yield from _records(table, columns, lines, self.columns)


@dataclass(slots=True)
class _Lines:
    """The lines that the csv module asks for, with the bytes of those not yet taken."""

    stream: BinaryIO
    most: int
    offset: int = 0
    _pending: list[bytes] = field(default_factory=list)
    _size: int = 0
    _ahead: list[bytes] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._size > self.most:  # quoted cells may go on over lines without end
            raise csv.Error
        line = self._ahead.pop() if self._ahead else self.stream.readline(self.most)
        if not line:
            raise StopIteration
        self._pending.append(line)
        self._size += len(line)
        return _decoded(line)

    def peek(self) -> str:
        line = self.stream.readline(self.most)
        if line:
            self._ahead.append(line)
        return _decoded(line)

    def pending_bytes(self) -> int:
        return self._size

    def take(self) -> bytes:
        """The bytes of the lines since the last call."""
        data = b"".join(self._pending)
        self._pending.clear()
        self._size = 0
        self.offset += len(data)
        return data


def _decoded(line: bytes) -> str:
    try:
        return line.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("windows-1252", "replace")


def _records(table: Iterator[list[str]], columns: list[str], lines: _Lines, mapping: Columns) -> Iterator[RawMessage]:
    while True:
        offset = lines.offset
        try:
            cells = next(table, None)
        except csv.Error:
            cells = []
        data = lines.take()
        if cells is None and not data:
            return
        if len(data) > lines.most:
            yield RawMessage(b"", offset, None, Reason.MESSAGE_TOO_LARGE)
        elif data.strip():
            yield _record(cells, columns, data, offset, mapping)
            for number, comment in enumerate(csv_comments(columns, cells or ()), 1):
                yield RawMessage(comment, offset, str(number))


def _record(cells: list[str] | None, columns: list[str], data: bytes, offset: int, mapping: Columns) -> RawMessage:
    try:
        if cells and len(cells) <= len(columns):
            row = dict(zip(columns, cells, strict=False))
            return RawMessage(message_of(mapped(row, mapping)), offset)
    except RowError:
        pass
    return RawMessage(data, offset, None, Reason.BAD_ROW)
