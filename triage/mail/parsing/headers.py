"""Header fields as text: raw 8-bit bytes, folding, and encoded words (RFC 2047), each in linear time."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.message import Message

from triage.mail.parsing.texts import clean, decode

_FOLD = re.compile(r"[\r\n]+[ \t]*")
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
_SPACES = re.compile(r"\s+")
_ID = re.compile(r"<([^<>\s]{1,998})>")
_LONGEST_ID = 998


def values(part: Message, name: str) -> list[str]:
    """All values of a header field as the parser stored them, unfolded."""
    return [_FOLD.sub(" ", str(value)) for value in part.get_all(name, [])]


def value(part: Message, name: str) -> str:
    """The first value of a header field, "" without one."""
    found = part.get(name)
    return "" if found is None else _FOLD.sub(" ", str(found)).strip()


def unescaped(raw: str, hint: str | None = None) -> str:
    """The text of a header value: its 8-bit bytes, if any, are UTF-8 or in the character set `hint`."""
    if raw.isascii():
        return raw
    data = raw.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decode(data, hint)[0]


def text(raw: str, hint: str | None = None) -> str:
    """A header value as a reader sees it, on one line."""
    return _SPACES.sub(" ", clean(decoded_words(unescaped(raw, hint)))).strip()


def decoded_words(raw: str) -> str:
    """Encoded words decoded; neighbours of one character set together, as many programs cut a character in two."""
    if "=?" not in raw:
        return raw
    pieces: list[str] = []
    open_charset, open_bytes, last = "", b"", 0
    for match in _WORD.finditer(raw):
        between = raw[last : match.start()]
        charset = match[1].partition("*")[0].lower()
        if open_charset and (between.strip() or charset != open_charset):
            pieces.append(decode(open_bytes, open_charset)[0])
            open_charset, open_bytes = "", b""
        if not open_charset and (between.strip() or not pieces):
            pieces.append(between)
        open_charset, open_bytes = charset, open_bytes + _word_bytes(match[2], match[3])
        last = match.end()
    if open_charset:
        pieces.append(decode(open_bytes, open_charset)[0])
    return "".join([*pieces, raw[last:]])


def _word_bytes(encoding: str, word: str) -> bytes:
    data = word.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "), header=False)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return data


def message_ids(raw: str) -> tuple[str, ...]:
    """The message identifiers in a value, without their angle brackets."""
    return tuple(clean(unescaped(found)) for found in _ID.findall(raw))


def message_id(raw: str) -> str | None:
    """The one identifier of a Message-ID field, also when it lacks its angle brackets; None without one."""
    found = message_ids(raw)
    if found:
        return found[0]
    bare = clean(unescaped(raw)).strip().strip("<>").strip()
    return bare[:_LONGEST_ID] or None


def parameter(part: Message, name: str, field: str = "content-type") -> str:
    """A parameter of a structured field, "" without one or where it cannot be read."""
    try:
        found = part.get_param(name, "", field)
    except (ValueError, LookupError, TypeError):
        return ""
    return str(found[2] if isinstance(found, tuple) else found)


def charset(part: Message) -> str | None:
    """The character set that a part declares, None without one; one that cannot be read is called so."""
    try:
        return part.get_content_charset()
    except (ValueError, LookupError, TypeError):
        return "unreadable"
