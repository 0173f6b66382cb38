"""gzip: any stream format packed in one file; a broken file gives what can be read, then a fault."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from triage.config import LimitSettings
from triage.mail.formats.base import Format, RawMessage
from triage.mail.formats.metering import Meter
from triage.reasons import Reason

MAGIC = b"\x1f\x8b"
_DRAIN = 64 * 2**20
_SUFFIXES = {".tgz": ".tar", ".gz": ""}


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzip stream; it ends where the stream breaks or exceeds its limits, and records that.

    `broken`: it broke; `complete`: all data had come and only the check sum or what follows is wrong.
    """

    def __init__(self, packed: BinaryIO, limits: LimitSettings) -> None:
        self._packed, self._meter = packed, Meter(limits)
        self._stream = gzip.GzipFile(fileobj=packed)
        self.broken = False
        self.complete = False

    @property
    def is_over(self) -> bool:
        """Whether it ended because it unpacks to too much."""
        return self._meter.is_over

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        data = b"" if self.broken or self.is_over else self._next(len(view))
        self._meter.unpacked += len(data)
        self._meter.packed = self._packed.tell()
        view[: len(data)] = data
        return len(data)

    def drain(self) -> None:
        """Read on, so that the check sum is compared; not without bound, as a bomb may follow."""
        for _ in range(_DRAIN // 2**20):
            if not self.read(2**20):
                return

    def _next(self, size: int) -> bytes:
        try:
            return self._stream.read1(size)
        except gzip.BadGzipFile:
            self.broken = self.complete = True
        except (EOFError, zlib.error):
            self.broken = True
        return b""


def unpacked_name(name: str) -> str:
    """The name of what a .gz file holds: `box.mbox.gz` is `box.mbox`, `mails.tgz` is `mails.tar`."""
    for suffix, inner in _SUFFIXES.items():
        if name.endswith(suffix):
            return name[: -len(suffix)] + inner
    return name


def unpacked_head(head: bytes) -> bytes:
    """The first bytes of what a gzip file that begins with `head` holds, at most 64 KiB of them."""
    return io.BufferedReader(Unpacked(io.BytesIO(head), LimitSettings()), 2**13).read(2**16)


@dataclass(frozen=True, slots=True)
class Packed:
    """Another format inside gzip; offsets are those of the unpacked stream."""

    inner: Format
    splittable: bool = False

    @property
    def name(self) -> str:
        return f"{self.inner.name}.gz"

    def matches(self, name: str, head: bytes) -> bool:
        if not head.startswith(MAGIC) or _is_endless_header(head):
            return False
        return self.inner.matches(unpacked_name(name), unpacked_head(head))

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """The inner records; of a broken file the last, cut one bears the fault SOURCE_CORRUPT, of a bomb its own."""
        unpacked = Unpacked(stream, limits)
        last: RawMessage | None = None
        for record in self.inner.read(cast("BinaryIO", io.BufferedReader(unpacked, 2**16)), limits):
            if last is not None:
                yield last
            last = record
        if unpacked.is_over:
            yield replace(last or RawMessage(b"", 0), fault=Reason.UNPACKED_TOO_LARGE)
            return
        unpacked.drain()
        yield from _ending(last, unpacked)


def _is_endless_header(head: bytes) -> bool:
    """Whether the names in a gzip header (RFC 1952) fill all of the head: they are read byte by byte."""
    names = (head[3] & 0x08 > 0) + (head[3] & 0x10 > 0) if len(head) > 3 else 0
    return len(head) >= 2**16 and head.count(b"\0", 10) < names


def _ending(last: RawMessage | None, stream: Unpacked) -> Iterator[RawMessage]:
    if not stream.broken:
        if last is not None:
            yield last
    elif last is None or stream.complete or last.fault is not None:
        if last is not None and last.fault != Reason.EMPTY:
            yield last
        if last is None or last.fault != Reason.SOURCE_CORRUPT:
            yield RawMessage(b"", 0 if last is None else last.offset, None, Reason.SOURCE_CORRUPT)
    else:
        yield replace(last, fault=Reason.SOURCE_CORRUPT)
