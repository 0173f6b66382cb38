"""Parquet tables of mail fields: one mail a row, read some rows at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.base import RawMessage
from triage.mail.formats.tables.rows import Columns, RowError, has_mail, mail_field, mapped, message_of
from triage.reasons import Reason

_MAGIC = b"PAR1"
_ROWS = 500


@dataclass(frozen=True, slots=True)
class Parquet:
    """Each row as a message (see `rows`) or BAD_ROW; offsets are the numbers of rows.

    A table without mail is one UNKNOWN_FORMAT; one whose row groups unpack to more than `unpacked_bytes` is not read.
    A value may be stored once for all rows of a group, so that the larger the groups are, the fewer rows are in memory.
    """

    name: str = "parquet"
    columns: Columns = ()
    splittable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        return head.startswith(_MAGIC)

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        number = 0
        try:
            source = _seekable(stream, limits)
            for row in _rows(source, self.columns, limits):
                yield _record(row, number, self.columns, limits)
                number += 1
        except _RefusedError as fault:
            yield RawMessage(b"", 0, None, fault.reason)
        except (OSError, ValueError, KeyError, NotImplementedError, OverflowError):  # Arrow's errors are some of these
            yield RawMessage(b"", number, None, Reason.SOURCE_CORRUPT)


class _RefusedError(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__()


def _seekable(stream: BinaryIO, limits: LimitSettings) -> BinaryIO:
    """The stream, or what is in it where it lies in an archive."""
    if stream.seekable():
        return stream
    data = stream.read(limits.stored_bytes + 1)
    if len(data) > limits.stored_bytes:
        raise _RefusedError(Reason.UNPACKED_TOO_LARGE)
    return io.BytesIO(data)


def _rows(source: BinaryIO, columns: Columns, limits: LimitSettings) -> Iterator[Mapping[str, Any]]:
    import pyarrow.parquet as pq

    table = pq.ParquetFile(source)
    names = [str(name) for name in table.schema_arrow.names]
    if not has_mail(names, columns):
        raise _RefusedError(Reason.UNKNOWN_FORMAT)
    groups = [table.metadata.row_group(number).total_byte_size for number in range(table.num_row_groups)]
    if max(groups, default=0) > limits.unpacked_bytes:
        raise _RefusedError(Reason.UNPACKED_TOO_LARGE)
    asked = {column.partition(".")[0] for _, column in columns} | {column for _, column in columns}
    needed = [name for name in names if mail_field(name) or name in asked]
    count, size = 0, max(1, min(_ROWS, limits.stored_bytes // max(1, max(groups, default=0))))
    for batch in table.iter_batches(size, columns=needed, use_threads=False):
        count += batch.num_rows
        yield from batch.to_pylist()
    stated = {table.metadata.num_rows, sum(table.metadata.row_group(n).num_rows for n in range(table.num_row_groups))}
    if stated != {count}:
        raise ValueError("rows are missing")


def _record(row: Mapping[str, Any], number: int, columns: Columns, limits: LimitSettings) -> RawMessage:
    try:
        data = message_of(mapped({name: _plain(value) for name, value in row.items()}, columns))
        is_large = len(data) > limits.stored_bytes
        return RawMessage(b"", number, None, Reason.MESSAGE_TOO_LARGE) if is_large else RawMessage(data, number)
    except RowError:
        return RawMessage(repr(sorted(row)).encode(), number, None, Reason.BAD_ROW)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return value.isoformat() if isinstance(value, date | datetime) else value
