"""Apple Mail's .emlx: a line with the length of the message, the message, and a property list of what Mail notes of it.

Source of the flags: J. Zawinski's notes and Apple Mail's own files (bits 1 deleted, 4 flagged, 6 draft).
"""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers.expat import ExpatError

from triage.config import LimitSettings
from triage.mail.formats.base import RawMessage
from triage.mail.formats.separators import looks_like_mail
from triage.reasons import Reason

_LENGTH = re.compile(rb"\s{0,8}(\d{1,12})[ \t]*\r?\n")
_NOTES = b"<?xml"
_LONGEST_NOTES = 2**20
_LETTERS = {1 << 1: "D", 1 << 4: "F", 1 << 6: "T"}


@dataclass(frozen=True, slots=True)
class Emlx:
    """One message a file. That it was deleted, flagged or a draft stands before it, as Unix mailboxes note it."""

    name: str = "emlx"
    splittable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        length = _LENGTH.match(head)
        return length is not None and looks_like_mail(head[length.end() :])

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """The message; SOURCE_CORRUPT where the file ends before it or has no length."""
        first = stream.readline(64)
        length = _LENGTH.fullmatch(first)
        if length is None:
            yield RawMessage(first + stream.read(limits.stored_bytes), 0, None, Reason.SOURCE_CORRUPT)
            return
        size = int(length[1])
        if size > limits.stored_bytes:
            yield RawMessage(b"", 0, None, Reason.MESSAGE_TOO_LARGE)
            return
        data = stream.read(size)
        if len(data) < size or not data:
            yield RawMessage(data, 0, None, Reason.SOURCE_CORRUPT if size else Reason.EMPTY)
            return
        yield RawMessage(_noted(stream.read(_LONGEST_NOTES)) + data, 0)


def _noted(notes: bytes) -> bytes:
    """The field that says what Mail notes, which is no part of a mail's key; nothing where the notes are damaged."""
    if b"<!ENTITY" in notes:
        return b""
    try:
        noted = plistlib.loads(notes[notes.find(_NOTES) :], fmt=plistlib.FMT_XML)
        flags = int(noted.get("flags", 0))
    except (ValueError, TypeError, AttributeError, ExpatError, plistlib.InvalidFileException, OverflowError):
        return b""
    letters = "".join(letter for bit, letter in _LETTERS.items() if flags & bit)
    return f"X-Status: {letters}\n".encode() if letters else b""
