"""What every mailbox format gives: records of raw bytes, and how a format is asked for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from triage.config import LimitSettings
from triage.reasons import Reason


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One record of an export, bytes unchanged.

    `data` holds the exact bytes (for mbox with the "From " line); `offset` is the first byte in the export
    (in the unpacked stream for .gz, the running number of the member for an archive); `member` is the name
    inside an archive; `fault` is the reason when this record cannot be read as a message.
    """

    data: bytes
    offset: int
    member: str | None = None
    fault: Reason | None = None


class Format(Protocol):
    """A mailbox format: how to recognize it and how to read it."""

    @property
    def name(self) -> str:
        """The name that the ledger keeps."""

    @property
    def splittable(self) -> bool:
        """Whether byte ranges of one file can be read apart."""

    @property
    def growable(self) -> bool:
        """Whether writers only append, so that a grown file is read on from where it ended."""

    def matches(self, name: str, head: bytes) -> bool:
        """Whether a file of this name (lower case) that begins with `head` (up to 64 KiB) is of this format."""

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """All records whose first byte lies in [start, end); a format that is not splittable reads all."""


def read_whole(
    stream: BinaryIO, limits: LimitSettings, member: str | None = None, offset: int = 0
) -> RawMessage:
    """The rest of the stream as one message; without its bytes when it is above `stored_bytes`."""
    data = stream.read(limits.stored_bytes + 1)
    if len(data) > limits.stored_bytes:
        return RawMessage(b"", offset, member, Reason.MESSAGE_TOO_LARGE)
    return RawMessage(data, offset, member, None if data else Reason.EMPTY)
