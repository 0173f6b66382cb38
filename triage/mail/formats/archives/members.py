"""Archives of messages: every regular file inside is one message, or a mailbox, table or archive that is read in turn.

Nothing is written to disk, so a member's path cannot do harm; sizes are bounded over all that an export holds.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol, cast, runtime_checkable

from triage.mail.formats.archives.codecs import codec_of
from triage.mail.formats.archives.metering import Meter, UnpackedTooLargeError
from triage.mail.formats.archives.unpacked import Unpacked, sound_records
from triage.mail.formats.base import Format, RawMessage
from triage.mail.formats.mailboxes.eml import Eml, Unknown
from triage.mail.formats.mailboxes.mbox import Mbox
from triage.mail.formats.separators import first_separator, opening
from triage.reasons import Reason

_SINGLE, _MAILBOX, _UNKNOWN = Eml(), Mbox(), Unknown()
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_LONGEST_NAME = 4096
"""Characters of a member's name; as many bytes as a path can have in Linux."""


@runtime_checkable
class Archive(Format, Protocol):
    """A format with members, which may be archives in turn."""

    @property
    def needs_seek(self) -> bool:
        """Whether its list of members stands at its end, so that it is held in memory when it lies in an archive."""

    def members(self, stream: BinaryIO, meter: Meter, depth: int) -> Iterator[RawMessage]:
        """The records of all members, as one of `depth` archives around them, counted on `meter`.

        Raises UnpackedTooLargeError where the limits of the whole export are reached.
        """


@dataclass(frozen=True, slots=True)
class Kinds:
    """What a member of an archive may be beside a message and a mailbox."""

    files: tuple[Format, ...] = ()
    archives: tuple[Archive, ...] = ()


def member_name(name: str) -> str:
    """A member's name as valid Unicode of bounded length, whatever bytes the archive holds."""
    return name[:_LONGEST_NAME].encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def read_member(stream: BinaryIO, name: str, kinds: Kinds, meter: Meter, depth: int) -> Iterator[RawMessage]:
    """The records of one member, which lies in `depth` archives.

    Those after the first of a split member are named with their place in it, and those of an archive with their own.
    Raises UnpackedTooLargeError where the limits of the whole export are reached.
    """
    meter.count_member()
    source = cast("BinaryIO", io.BufferedReader(stream, 2**16))
    for place, record in enumerate(_records(source, name, kinds, meter, depth)):
        member = f"{name}/{record.member}" if record.member else name if place == 0 else f"{name}#{record.offset}"
        yield replace(record, member=member[:_LONGEST_NAME])


def _records(source: BinaryIO, name: str, kinds: Kinds, meter: Meter, depth: int) -> Iterator[RawMessage]:
    head, lowered = cast("io.BufferedReader", source).peek(2**16), name.lower()
    codec = codec_of(head)
    archive = next((one for one in kinds.archives if one.matches(lowered, head)), None)
    if (codec or archive) and depth >= meter.limits.archive_depth:
        yield from _UNKNOWN.read(source, meter.limits)
    elif codec:
        unpacked = Unpacked(source, codec, meter, outermost=False)
        inner = _records(unpacked.buffered(), codec.unpacked_name(name), kinds, meter, depth + 1)
        yield from sound_records(inner, unpacked)
    elif archive:
        yield from _nested(archive, source, meter, depth + 1)
    else:
        yield from _file_format(lowered, head, kinds.files).read(source, meter.limits)


def _nested(archive: Archive, source: BinaryIO, meter: Meter, depth: int) -> Iterator[RawMessage]:
    if archive.needs_seek:
        data = source.read(meter.limits.stored_bytes + 1)
        if len(data) > meter.limits.stored_bytes:
            yield RawMessage(b"", 0, None, Reason.OTHER_ARCHIVE)
            return
        source = io.BytesIO(data)
    yield from archive.members(source, meter, depth)


def _file_format(name: str, head: bytes, files: tuple[Format, ...]) -> Format:
    """How a member that is no archive is read: anything that is not known is one message."""
    if head.startswith(_ZIP_MAGIC):
        return _UNKNOWN  # an office document
    for file in files:
        if file.matches(name, head):
            return file
    if not name.endswith(".eml") and head and first_separator(head) == opening(head):
        return _MAILBOX
    return _SINGLE


def bounded(records: Iterator[RawMessage]) -> Iterator[RawMessage]:
    """The records of an archive that is a file of its own, with one fault where its limits were reached."""
    try:
        yield from records
    except UnpackedTooLargeError as fault:
        yield RawMessage(b"", 0, fault.member, Reason.UNPACKED_TOO_LARGE)


def numbered(records: Iterator[RawMessage]) -> Iterator[RawMessage]:
    """The records of an archive with their running number as offset."""
    for number, record in enumerate(records):
        yield replace(record, offset=number)
