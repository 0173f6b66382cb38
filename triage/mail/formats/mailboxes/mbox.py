"""mbox: messages one after the other, each after a "From " line; read in one pass, in bounded memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.base import RawMessage
from triage.mail.formats.mailboxes.content_length import REACH, stated_end, undivided
from triage.mail.formats.mailboxes.dialects import Reading, as_written, mboxcl2, mboxrd
from triage.mail.formats.separators import (
    BOM,
    CONTEXT,
    LOOKAHEAD,
    blank_before,
    first_separator,
    is_separator,
    looks_like_mail,
    opening,
    starts_with_field,
)
from triage.reasons import Reason

CHUNK = 2**20
_SUFFIXES = (".mbox", ".mbx", ".mboxo", ".mboxcl")
_SINGLE = (".eml", ".msg", ".rfc822")


@dataclass(frozen=True, slots=True)
class Mbox:
    """mboxo, mboxcl, and Pipermail's text archives with their disguised senders; its like of other dialects below."""

    name: str = "mbox"
    suffixes: tuple[str, ...] = _SUFFIXES
    reading: Reading = as_written
    splittable: bool = True

    def matches(self, name: str, head: bytes) -> bool:
        if name.endswith(self.suffixes):
            return not head or first_separator(head) >= 0 or looks_like_mail(head)
        if name.endswith(_SINGLE):
            return False
        return not head or first_separator(head) == opening(head)

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """The messages whose "From " line begins in [start, end); text before the first one belongs to byte 0."""
        if end is not None and end <= start:
            return
        candidates = scanned(stream, max(0, start - REACH), None, limits.stored_bytes)
        for record in undivided(candidates, limits.stored_bytes):
            if end is not None and record.offset >= end:
                return
            if record.offset >= start:
                yield self.reading(record)

    def resume_offset(self, path: str, old_end: int) -> int:
        """`old_end` itself when a message begins there; otherwise where the last message before it begins.

        That message was still being written when the file was read.
        """
        with open(path, "rb") as stream:
            unfinished = _unfinished(stream, old_end)
            if unfinished is not None:
                return unfinished
            origin = max(0, old_end - CONTEXT)
            stream.seek(origin)
            data = stream.read(LOOKAHEAD)
            at = old_end - origin
            fresh = old_end == 0 or data[at - 1 : at] == b"\n"
            if at >= len(data) or (
                fresh
                and data.startswith(b"From ", at)
                and is_separator(data, at, old_end == 0, blank_before(data, at, old_end))
            ):
                return old_end
            return last_separator(stream, old_end)


@dataclass(frozen=True, slots=True)
class MboxDialect(Mbox):
    """An mbox of another dialect, as its name tells; of mboxcl2 also lengths in its first bytes."""

    def matches(self, name: str, head: bytes) -> bool:
        if name.endswith(self.suffixes):
            return Mbox.matches(self, name, head)
        return self.reading is mboxcl2 and Mbox.matches(self, name, head) and _has_undivided(head)


MBOXRD = MboxDialect("mboxrd", (".mboxrd",), mboxrd)
MBOXCL2 = MboxDialect("mboxcl2", (".mboxcl2",), mboxcl2)


def scanned(stream: BinaryIO, start: int, end: int | None, most: int) -> Iterator[RawMessage]:
    """The records between lines that look like separators, as far as these begin in [start, end)."""
    origin = max(0, start - CONTEXT)
    if origin:
        stream.seek(origin)
    scan = _Scan(origin, start, end, most)
    while not scan.done:
        yield from scan.feed(stream.read(scan.wanted()))


def _has_undivided(head: bytes) -> bool:
    """Whether a stated length covers a line that looks like a separator."""
    if b"ontent-" not in head:
        return False
    records = list(scanned(io.BytesIO(head), 0, None, len(head)))
    return len(list(undivided(records, len(head)))) < len(records)


def _unfinished(stream: BinaryIO, old_end: int) -> int | None:
    """Where the first message begins whose stated length goes beyond `old_end`, None without one."""
    records = scanned(stream, max(0, old_end - REACH), old_end, REACH)
    return next((record.offset for record in records if (stated_end(record) or 0) > old_end), None)


@dataclass(slots=True)
class _Scan:
    """The bytes in view and where the open record began; offsets are those of the file."""

    origin: int
    start: int
    end: int | None
    most: int
    data: bytes = b""
    searched: int = 0
    record: int | None = None
    leading: bool = False
    oversize: bool = False
    done: bool = False

    def __post_init__(self) -> None:
        self.searched = max(0, self.start - self.origin - 1)
        if self.start == 0:
            self.record, self.leading = 0, True

    def wanted(self) -> int:
        """Bytes to read next: as many as are in view, so that a long record is copied seldom, up to its bound."""
        return max(CHUNK, min(len(self.data), self.most - len(self.data)))

    def feed(self, chunk: bytes) -> Iterator[RawMessage]:
        """The records that this chunk completes; an empty chunk is the end of the file."""
        self.data = self.data + chunk if self.data else chunk
        known = len(self.data) - (LOOKAHEAD if chunk else 0)
        for at in self._separators(known):
            yield from self._close(at)
            self.record, self.leading = self.origin + at, False
            if self.end is not None and self.record >= self.end:
                self.done = True
                return
        if chunk:
            self._trim(known)
        else:
            yield from self._close(len(self.data))
            self.done = True

    def _separators(self, known: int) -> Iterator[int]:
        if self.origin == 0 and known > 0 and self.searched < CONTEXT:
            at = 3 if self.data.startswith(BOM) else 0
            if at >= self.start and self.data.startswith(b"From ", at) and is_separator(self.data, at, True, True):
                yield at
        while (found := self.data.find(b"\nFrom ", self.searched, max(0, known) + 5)) >= 0:
            at = self.searched = found + 1
            if is_separator(self.data, at, False, blank_before(self.data, at, self.origin + at)):
                yield at
        self.searched = max(self.searched, known - 1)

    def _close(self, at: int) -> Iterator[RawMessage]:
        if self.record is None or at + self.origin == self.record:
            return
        if self.oversize or at + self.origin - self.record > self.most:
            yield RawMessage(b"", self.record, None, Reason.MESSAGE_TOO_LARGE)
        else:
            data = self.data[self.record - self.origin : at]
            yield from _leading(data) if self.leading else (RawMessage(data, self.record),)
        self.oversize = False

    def _trim(self, known: int) -> None:
        """Drop what no open record needs; an oversized record keeps only what the next separator needs."""
        keep = max(0, known - 1 - CONTEXT)
        if self.record is not None and not self.oversize:
            if len(self.data) + self.origin - self.record > self.most + LOOKAHEAD + CONTEXT + 1:
                self.oversize = True
            else:
                keep = min(keep, self.record - self.origin)
        self.data = self.data[keep:]
        self.origin += keep
        self.searched = max(0, self.searched - keep)


def _leading(data: bytes) -> Iterator[RawMessage]:
    """The text before the first separator: a message that lost its "From " line, or a record of its own."""
    at = opening(data)
    if at < len(data) and data[at:].strip():
        fault = None if starts_with_field(data, at) else Reason.NO_SEPARATOR
        yield RawMessage(data, 0, None, fault)


def last_separator(stream: BinaryIO, before: int) -> int:
    """Where the last message that begins before `before` begins; 0 without a separator."""
    high = before
    while high > 0:
        low = max(0, high - CHUNK)
        origin = max(0, low - CONTEXT)
        stream.seek(origin)
        data = stream.read(high - origin + LOOKAHEAD)
        at = data.rfind(b"\nFrom ", 0, high - origin + 5)
        while at >= 0 and at + 1 + origin >= low:
            if at + 1 + origin < high and is_separator(
                data, at + 1, False, blank_before(data, at + 1, origin + at + 1)
            ):
                return origin + at + 1
            at = data.rfind(b"\nFrom ", 0, at + 5)
        high = low
    return 0
