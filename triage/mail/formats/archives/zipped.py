"""Zip archives of messages."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from triage.config import LimitSettings
from triage.mail.formats.archives.members import Kinds, bounded, member_name, numbered, read_member
from triage.mail.formats.archives.metering import Meter, Metered, UnpackedTooLargeError
from triage.mail.formats.archives.zip_directory import MemberwiseZip, directory_bytes
from triage.mail.formats.base import RawMessage
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
# Python's decoders of the other methods unpack a whole block at once, and 4 KiB of bzip2 may hold gigabytes.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Zip:
    """Members in the order of the archive's directory; links, folders and devices hold no message of their own."""

    kinds: Callable[[], Kinds] = Kinds
    """What members may be beside messages and mailboxes."""
    name: str = "zip"
    splittable: bool = False
    needs_seek: bool = True

    def matches(self, name: str, head: bytes) -> bool:
        return head.startswith(_MAGIC) and not any(mark in head[:4096] for mark in _OTHER_USES)

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """Every regular file; one fault when the directory cannot be read, or at the member that exceeds the limits."""
        yield from numbered(bounded(self.members(stream, Meter(limits), 1)))

    def members(self, stream: BinaryIO, meter: Meter, depth: int) -> Iterator[RawMessage]:
        name = None
        try:
            archive = _opened(stream, meter.limits)
            for info in archive.members():
                if _is_file(info):
                    name = member_name(info.filename)
                    meter.packed += info.compress_size if depth == 1 else 0
                    yield from _member(archive, info, self.kinds(), meter, depth)
        except UnpackedTooLargeError as fault:
            fault.member = name
            raise
        except (*_BROKEN, NotImplementedError):
            yield RawMessage(b"", 0, None, Reason.SOURCE_CORRUPT)


def _opened(stream: BinaryIO, limits: LimitSettings) -> MemberwiseZip:
    """The archive, its directory looked at. Raises UnpackedTooLargeError where that, or what it names, is a bomb's."""
    if directory_bytes(stream) > limits.archive_directory_bytes:
        raise UnpackedTooLargeError
    archive = MemberwiseZip(stream)
    if archive.shares_bytes():
        raise UnpackedTooLargeError
    return archive


def _is_file(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a plain file; archives of other systems than Unix leave its kind out."""
    return not info.is_dir() and stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG)


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, kinds: Kinds, meter: Meter, depth: int
) -> Iterator[RawMessage]:
    name = member_name(info.filename)
    if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
        is_closed = info.flag_bits & _ENCRYPTED
        yield RawMessage(b"", 0, name, Reason.MEMBER_ENCRYPTED if is_closed else Reason.OTHER_ARCHIVE)
        return
    try:
        with archive.open(info) as stream:
            metered = cast("BinaryIO", Metered(cast("BinaryIO", stream), meter))
            yield from read_member(metered, name, kinds, meter, depth)
    except NotImplementedError:
        yield RawMessage(b"", 0, name, Reason.UNKNOWN_FORMAT)
    except _BROKEN:
        yield RawMessage(b"", 0, name, Reason.SOURCE_CORRUPT)
