"""Where one message of an mbox file ends and the next begins."""

from __future__ import annotations

import re

LOOKAHEAD = 2048
"""Bytes after a candidate that decide on it; what lies further on never matters."""

CONTEXT = 4
"""Bytes before a candidate that decide on it."""

BOM = b"\xef\xbb\xbf"

_WEEKDAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = rb"\d{1,2}:\d\d(?::\d\d)?"
_ZONES = rb"(?: +(?:[A-Z]{2,5}|[+-]\d{4}))*"
_ASCTIME = _MONTH + rb" +\d{1,2} +" + _CLOCK + _ZONES + rb" +(?:19|20)\d\d" + _ZONES
_MAILTIME = rb"\d{1,2} +" + _MONTH + rb" +(?:19|20)\d\d +" + _CLOCK + _ZONES

_DATED = re.compile(
    rb"From [^\n]{0,800}?" + _WEEKDAY + rb",? +(?:" + _ASCTIME + rb"|" + _MAILTIME + rb")"
    rb"(?: remote from [!-~]{1,100})?[ \t]*(?:\r?\n|\Z)"
)
_KNOWN = (
    rb"(?:Return-Path|Received|From|To|Cc|Bcc|Date|Subject|Sender|Reply-To|Message-ID|In-Reply-To|References"
    rb"|MIME-Version|Content-[a-z-]{1,40}|Delivered-To|Delivery-Date|Envelope-To|Status|Path|Newsgroups|Xref"
    rb"|Resent-[a-z-]{1,40}|List-[a-z-]{1,40}|DKIM-Signature|ARC-[a-z-]{1,40}|Authentication-Results|Received-SPF"
    rb"|Organization|Precedence|Approved|Importance|Priority|Thread-[a-z-]{1,40}|X-[!-9;-~]{1,70})[ \t]*:"
)
_KNOWN_FIELD = re.compile(_KNOWN, re.IGNORECASE)
_ANY_FIELD = re.compile(rb"[!-9;-~]{1,76}[ \t]*:|>From ")
_UNDATED = re.compile(rb"From [^\s\"<>]{1,300}(?: [^\n]{0,600}\d:\d\d[^\n]{0,200})?[ \t]*\r?\n(?i:" + _KNOWN + rb")")
_FIRST = re.compile(rb"From [^\n]{0,1000}\n(?i:>From |" + _KNOWN + rb")")


def is_separator(data: bytes, at: int, begins: bool, blank_before: bool) -> bool:
    """Whether the line at `at`, which starts with "From ", begins a message.

    It does with a date at its end, as asctime or a mail writes it, after an empty line or before a header
    field; or without one when it holds a sender only, after an empty line and before a known header field.
    Text such as "From what I see" is neither. `begins`: nothing but blanks stands before it in the file.
    """
    dated = _DATED.match(data, at)
    if dated is not None:
        return blank_before or _ANY_FIELD.match(data, dated.end()) is not None
    if begins:
        return _FIRST.match(data, at) is not None
    return blank_before and _UNDATED.match(data, at) is not None


def starts_with_field(data: bytes, at: int = 0) -> bool:
    """Whether a header field that mail is known to have stands at `at`."""
    return _KNOWN_FIELD.match(data, at) is not None


def looks_like_mail(head: bytes) -> bool:
    """Whether the lines up to the first empty one look like the header of a mail."""
    lines = head.removeprefix(BOM).lstrip(b"\r\n \t").split(b"\n", 200)
    if lines[0].startswith(b"From ") and len(lines) > 1:
        lines = lines[1:]
    if not _ANY_FIELD.match(lines[0]):
        return False
    return any(_KNOWN_FIELD.match(line) for line in _until_blank(lines))


def _until_blank(lines: list[bytes]) -> list[bytes]:
    for number, line in enumerate(lines):
        if not line.strip():
            return lines[:number]
    return lines


def first_separator(head: bytes) -> int:
    """The offset of the first separator in the first bytes of a file, -1 without one."""
    at = 3 if head.startswith(BOM) else 0
    if head.startswith(b"From ", at) and is_separator(head, at, True, True):
        return at
    at = head.find(b"\nFrom ")
    while at >= 0:
        if is_separator(head, at + 1, False, blank_before(head, at + 1, at + 1)):
            return at + 1
        at = head.find(b"\nFrom ", at + 1)
    return -1


def opening(head: bytes) -> int:
    """Where a file's text begins: after a byte order mark and empty lines."""
    rest = head.removeprefix(BOM).lstrip(b"\r\n")
    return len(head) - len(rest)


def blank_before(data: bytes, at: int, offset: int) -> bool:
    """Whether the line before `at` is empty; `offset` is the place of `at` in the whole file."""
    before = data[max(0, at - 3) : at]
    if before.endswith((b"\n\n", b"\n\r\n")):
        return True
    return offset == len(before) and before in (b"", b"\n", b"\r\n")
