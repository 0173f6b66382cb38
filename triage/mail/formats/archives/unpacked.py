"""The unpacked bytes of a compressed stream, bounded; and how the records of a broken one end."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO, cast

from triage.config import LimitSettings
from triage.mail.formats.archives.codecs import BrokenStreamError, Codec
from triage.mail.formats.archives.metering import Meter, UnpackedTooLargeError
from triage.mail.formats.base import RawMessage
from triage.reasons import Reason

_DRAIN = 64 * 2**20
_HEAD = 2**16


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a stream; it ends where the stream breaks or exceeds its limits, and records that.

    `broken`: it broke; `complete`: all data had come and only the check sum or what follows is wrong. A stream inside
    an archive is counted on that one's meter and is `outermost` no more.
    """

    def __init__(self, packed: BinaryIO, codec: Codec, meter: Meter, outermost: bool = True) -> None:
        self._packed, self.meter, self.outermost = packed, meter, outermost
        self._pieces = codec.open(packed)
        self.broken = False
        self.complete = False

    @property
    def is_over(self) -> bool:
        """Whether it ended because it unpacks to too much."""
        return self.meter.is_over

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        data = b"" if self.broken or self.is_over else self._next(len(view))
        self.meter.unpacked += len(data)
        if self.outermost:
            self.meter.packed = self._packed.tell()
        view[: len(data)] = data
        return len(data)

    def buffered(self) -> BinaryIO:
        """As a stream to read and to peek in."""
        return cast("BinaryIO", io.BufferedReader(self, _HEAD))

    def drain(self) -> None:
        """Read on, so that the check sum is compared; not without bound, as a bomb may follow."""
        for _ in range(_DRAIN // 2**20):
            if not self.read(2**20):
                return

    def _next(self, size: int) -> bytes:
        try:
            return self._pieces.read1(size)
        except BrokenStreamError as fault:
            self.broken, self.complete = True, fault.complete
        return b""


def unpacked_head(head: bytes, codec: Codec) -> bytes:
    """The first bytes of what a packed file that begins with `head` holds, at most 64 KiB of them."""
    stream = Unpacked(io.BytesIO(head), codec, Meter(LimitSettings()))
    with contextlib.suppress(UnpackedTooLargeError):
        return io.BufferedReader(stream, 2**13).read(_HEAD)
    return b""


def sound_records(records: Iterable[RawMessage], stream: Unpacked) -> Iterator[RawMessage]:
    """The records read from `stream`; of a broken one the last, cut one bears SOURCE_CORRUPT, of a bomb its own fault.

    Raises UnpackedTooLargeError instead where the stream lies in an archive, whose matter that is.
    """
    last: RawMessage | None = None
    try:
        for record in records:
            if last is not None:
                yield last
            last = record
    except UnpackedTooLargeError:
        yield from _given_up(last, stream, is_whole=True)
        return
    if stream.is_over:
        yield from _given_up(last, stream, is_whole=False)
        return
    stream.drain()
    yield from _ending(last, stream)


def _given_up(last: RawMessage | None, stream: Unpacked, is_whole: bool) -> Iterator[RawMessage]:
    """What follows when the limits are reached: the last record, which may be `is_whole`, and the fault."""
    if is_whole and last is not None:
        yield last
    if not stream.outermost:
        raise UnpackedTooLargeError
    if is_whole or last is None:
        yield RawMessage(b"", 0 if last is None else last.offset, None, Reason.UNPACKED_TOO_LARGE)
    else:
        yield replace(last, fault=Reason.UNPACKED_TOO_LARGE)


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
