"""What a mailbox format is: it recognizes a file and reads records of raw bytes; some also know folders or growth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable

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

    def matches(self, name: str, head: bytes) -> bool:
        """Whether a file of this name (lower case) that begins with `head` (up to 64 KiB) is of this format."""

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """All records whose first byte lies in [start, end); a format that is not splittable reads all."""


@runtime_checkable
class Growable(Protocol):
    """A format whose writers only append, so that a grown file is read on from where it ended."""

    def resume_offset(self, path: str, old_end: int) -> int:
        """Where to read on in a file that grew after `old_end` bytes of it were read."""


@runtime_checkable
class FolderFormat(Format, Protocol):
    """A format that is recognized by a folder and whose messages are the files in some of its folders."""

    @property
    def message_folders(self) -> tuple[str, ...]:
        """The folders with messages, one a file; hidden files in them are none."""

    @property
    def skipped_folders(self) -> tuple[str, ...]:
        """The folders that are not read."""

    def matches_folder(self, folder: str) -> bool:
        """Whether the folder is laid out so."""

    def is_bookkeeping(self, name: str) -> bool:
        """Whether a file beside the message folders belongs to a mail server and is no mail."""


def read_whole(stream: BinaryIO, limits: LimitSettings, member: str | None = None, offset: int = 0) -> RawMessage:
    """The rest of the stream as one message; without its bytes when it is above `stored_bytes`."""
    data = stream.read(limits.stored_bytes + 1)
    if len(data) > limits.stored_bytes:
        return RawMessage(b"", offset, member, Reason.MESSAGE_TOO_LARGE)
    return RawMessage(data, offset, member, None if data else Reason.EMPTY)
