"""Zip archives of messages."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from triage.config import LimitSettings
from triage.mail.formats.archives import member_name, numbered, read_member
from triage.mail.formats.base import RawMessage, TableFormat
from triage.reasons import Reason

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
# Office documents and programs are zip files too, but no mail is in them.
_OTHER_USES = (
    b"[Content_Types].xml",
    b"mimetypeapplication/",
    b"META-INF/MANIFEST.MF",
    b"AndroidManifest.xml",
)
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Zip:
    """Members in the order of the archive's directory."""

    tables: tuple[TableFormat, ...] = ()
    """What members may be beside messages and mailboxes."""
    name: str = "zip"
    splittable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        return head.startswith(_MAGIC) and not any(mark in head[:4096] for mark in _OTHER_USES)

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """Every regular file; SOURCE_CORRUPT once when the directory itself cannot be read."""
        yield from numbered(_members(stream, limits, self.tables))


def _members(stream: BinaryIO, limits: LimitSettings, tables: Sequence[TableFormat]) -> Iterator[RawMessage]:
    try:
        archive = zipfile.ZipFile(stream)
    except (*_BROKEN, NotImplementedError):
        yield RawMessage(b"", 0, None, Reason.SOURCE_CORRUPT)
        return
    for info in archive.infolist():
        if not info.is_dir():
            yield from _member(archive, info, limits, tables)


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: LimitSettings, tables: Sequence[TableFormat]
) -> Iterator[RawMessage]:
    name = member_name(info.filename)
    if info.flag_bits & _ENCRYPTED:
        yield RawMessage(b"", 0, name, Reason.MEMBER_ENCRYPTED)
        return
    try:
        with archive.open(info) as stream:
            yield from read_member(cast("BinaryIO", stream), name, limits, tables)
    except NotImplementedError:
        yield RawMessage(b"", 0, name, Reason.UNKNOWN_FORMAT)
    except _BROKEN:
        yield RawMessage(b"", 0, name, Reason.SOURCE_CORRUPT)
