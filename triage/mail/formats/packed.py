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
from triage.reasons import Reason

MAGIC = b"\x1f\x8b"
_DRAIN = 64 * 2**20
_SUFFIXES = {".tgz": ".tar", ".gz": ""}


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzip stream; it ends where the stream breaks, and records that.

    `broken`: it broke; `complete`: all data had come and only the check sum or what follows is wrong.
    """

    def __init__(self, packed: BinaryIO) -> None:
        self._stream = gzip.GzipFile(fileobj=packed)
        self.broken = False
        self.complete = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        data = b"" if self.broken else self._next(len(view))
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
    return io.BufferedReader(Unpacked(io.BytesIO(head)), 2**13).read(2**16)


@dataclass(frozen=True, slots=True)
class Packed:
    """Another format inside gzip; offsets are those of the unpacked stream."""

    inner: Format
    splittable: bool = False

    @property
    def name(self) -> str:
        return f"{self.inner.name}.gz"

    def matches(self, name: str, head: bytes) -> bool:
        return head.startswith(MAGIC) and self.inner.matches(unpacked_name(name), unpacked_head(head))

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """The inner records; of a broken file the last, cut one bears the fault SOURCE_CORRUPT."""
        unpacked = Unpacked(stream)
        last: RawMessage | None = None
        for record in self.inner.read(cast("BinaryIO", io.BufferedReader(unpacked, 2**16)), limits):
            if last is not None:
                yield last
            last = record
        unpacked.drain()
        yield from _ending(last, unpacked)


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
