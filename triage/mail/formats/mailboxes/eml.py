"""One message a file: .eml, a raw message under any name, and the files of a maildir."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from triage.config import LimitSettings
from triage.mail.file_signatures import recognized
from triage.mail.formats.base import RawMessage, read_whole
from triage.mail.formats.separators import looks_like_mail
from triage.reasons import Reason

_SUFFIXES = (".eml", ".rfc822")


@dataclass(frozen=True, slots=True)
class Eml:
    """A file that is one message, also when a mailbox's "From " line stands before it."""

    name: str = "eml"
    splittable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        return name.endswith(_SUFFIXES) or looks_like_mail(head)

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        yield read_whole(stream, limits)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A file that is no mail export: one record with that fault and the bytes as far as they may be kept."""

    name: str = "unknown"
    splittable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        return True

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        data = stream.read(limits.stored_bytes + 1)
        kept = data if len(data) <= limits.stored_bytes else b""
        yield RawMessage(kept, 0, None, recognized(data) or Reason.UNKNOWN_FORMAT)
