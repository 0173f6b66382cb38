"""Archives of messages: every regular file inside is one message, or a mailbox that is split in turn.

Nothing is written to disk, so a member's path cannot do harm; sizes are bounded member by member.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.base import Format, RawMessage, TableFormat
from triage.mail.formats.eml import Eml, Unknown
from triage.mail.formats.mbox import Mbox
from triage.mail.formats.packed import MAGIC
from triage.mail.formats.separators import first_separator, opening

_SINGLE, _MAILBOX, _UNKNOWN = Eml(), Mbox(), Unknown()
_NESTED_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", MAGIC)
_LONGEST_NAME = 4096
"""Characters of a member's name; as many bytes as a path can have in Linux."""


def member_name(name: str) -> str:
    """A member's name as valid Unicode of bounded length, whatever bytes the archive holds."""
    return name[:_LONGEST_NAME].encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def read_member(
    stream: BinaryIO, name: str, limits: LimitSettings, tables: Sequence[TableFormat]
) -> Iterator[RawMessage]:
    """The records of one member, which may be one of `tables`.

    Those after the first of a split member are named with their place in it.
    """
    buffered = io.BufferedReader(stream, 2**16)  # type: ignore[type-var]
    inner = member_format(name.lower(), buffered.peek(2**16), tables)
    for place, record in enumerate(inner.read(buffered, limits)):
        member = name if place == 0 else f"{name}#{record.offset}"
        yield replace(record, member=member)


def member_format(name: str, head: bytes, tables: Sequence[TableFormat]) -> Format:
    """How a member is read: an archive inside an archive is not, and anything else is one message."""
    if head.startswith(_NESTED_MAGIC) or head[257:262] == b"ustar":
        return _UNKNOWN
    for table in tables:
        if name.endswith(table.suffixes):
            return table
    if not name.endswith(".eml") and head and first_separator(head) == opening(head):
        return _MAILBOX
    return _SINGLE


def numbered(records: Iterator[RawMessage]) -> Iterator[RawMessage]:
    """The records of an archive with their running number as offset."""
    for number, record in enumerate(records):
        yield replace(record, offset=number)
