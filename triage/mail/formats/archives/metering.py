"""How much a compressed export gives for what it is: a decompression bomb ends where its limits do."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO, cast

from triage.config import LimitSettings


class UnpackedTooLargeError(Exception):
    """The export gives more than its limits allow; `member` is the outermost one that was being read."""

    member: str | None = None


@dataclass(slots=True)
class Meter:
    """Bytes read of an export and bytes that they gave, over all of its members and what is packed in these."""

    limits: LimitSettings
    packed: int = 0
    unpacked: int = 0
    members: int = 0

    @property
    def is_over(self) -> bool:
        """Whether it gave more than both limits allow. Deflate alone packs a thousand to one (RFC 1951)."""
        return self.unpacked > max(self.limits.unpacked_bytes, self.limits.unpacked_ratio * self.packed)

    def count_member(self) -> None:
        """Counts a member of an archive. Raises UnpackedTooLargeError beyond `limits.archive_members`."""
        self.members += 1
        if self.members > self.limits.archive_members:
            raise UnpackedTooLargeError


class Metered(io.RawIOBase):
    """The stream of one member, counted. Raises UnpackedTooLargeError where the whole export is over its limits."""

    def __init__(self, stream: BinaryIO, meter: Meter) -> None:
        self._stream, self._meter = stream, meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        data = self._stream.read(len(view))
        view[: len(data)] = data
        self._meter.unpacked += len(data)
        if self._meter.is_over:
            raise UnpackedTooLargeError
        return len(data)
