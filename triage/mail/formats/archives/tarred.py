"""Tar archives of messages, read as a stream (so also .tar.gz) in bounded memory."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from tarfile import HeaderError, TarFile
from typing import BinaryIO, Self, cast

from triage.config import LimitSettings
from triage.mail.formats.archives.members import Kinds, bounded, member_name, numbered, read_member
from triage.mail.formats.archives.metering import Meter, UnpackedTooLargeError
from triage.mail.formats.base import RawMessage
from triage.reasons import Reason

# Headers that tarfile reads into memory whole: long names and attributes, never more than a few kB. It reads those
# before a member one inside the other, and copies the attributes of the whole archive for each member.
_EXTENDED = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, b"X")
_EXTENDED_BYTES = 2**17
_EXTENDED_HEADERS = 8
_SHARED_ATTRIBUTES = 100


@dataclass(frozen=True, slots=True)
class Tar:
    """Members in the order of the archive; links, folders and devices hold no message of their own.

    A sparse member is not read: a few bytes can state any number of zeros.
    """

    kinds: Callable[[], Kinds] = Kinds
    """What members may be beside messages and mailboxes."""
    name: str = "tar"
    splittable: bool = False
    needs_seek: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        return head[257:262] == b"ustar" or (name.endswith(".tar") and len(head) >= tarfile.BLOCKSIZE)

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """Every regular file, then SOURCE_CORRUPT once when the archive breaks or lacks its end mark."""
        meter = Meter(limits)
        yield from numbered(bounded(self.members(_Counted(stream, meter), meter, 1)))

    def members(self, stream: BinaryIO | _Counted, meter: Meter, depth: int) -> Iterator[RawMessage]:
        name = None
        try:
            with _Archive.open(fileobj=cast("BinaryIO", stream), mode="r|", errorlevel=2, tarinfo=_Member) as archive:
                for info in archive:
                    name = member_name(info.name)
                    if info.issparse():
                        yield RawMessage(b"", 0, name, Reason.UNKNOWN_FORMAT)
                    elif info.isreg():
                        yield from self._member(archive, info, name, meter, depth)
                    archive.members = []  # type: ignore[attr-defined]  # or it holds every header it has seen
        except UnpackedTooLargeError as fault:
            fault.member = name
            raise
        except (_BrokenHeader, tarfile.TarError, EOFError, OSError, ValueError):
            yield RawMessage(b"", 0, None, Reason.SOURCE_CORRUPT)

    def _member(
        self, archive: tarfile.TarFile, info: tarfile.TarInfo, name: str, meter: Meter, depth: int
    ) -> Iterator[RawMessage]:
        stream = archive.extractfile(info)
        if stream is not None:
            yield from read_member(cast("BinaryIO", stream), name, self.kinds(), meter, depth)


@dataclass(slots=True)
class _Counted:
    """A file of its own whose bytes count as read of the export, for what is packed inside of it."""

    stream: BinaryIO
    meter: Meter

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.meter.packed += len(data)
        return data


class _BrokenHeader(Exception):
    """The next header is neither a member's nor the end mark; tarfile itself would just stop there."""


class _Archive(TarFile):
    extended = 0
    """Extended headers that are open, each before the next."""


class _Member(tarfile.TarInfo):
    @classmethod
    def fromtarfile(cls, tarfile: TarFile) -> Self:
        assert isinstance(tarfile, _Archive)
        if tarfile.extended > _EXTENDED_HEADERS or len(tarfile.pax_headers) > _SHARED_ATTRIBUTES:
            raise _BrokenHeader
        tarfile.extended += 1
        try:
            return cls._next(tarfile)
        finally:
            tarfile.extended -= 1

    @classmethod
    def _next(cls, tarfile: TarFile) -> Self:
        try:
            return super().fromtarfile(tarfile)
        except HeaderError as fault:
            if type(fault).__name__ == "EOFHeaderError":
                raise
            raise _BrokenHeader from fault

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        info = super().frombuf(buf, encoding, errors)
        if info.type in _EXTENDED and info.size > _EXTENDED_BYTES:
            raise _BrokenHeader
        return info
