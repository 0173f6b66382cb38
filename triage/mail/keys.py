"""The key of a message: a hash of its content, the same wherever a copy of the message lies."""

from __future__ import annotations

import hashlib
import re

ENVELOPE = b"From "

_QUOTED_ENVELOPE = re.compile(rb"^>+From ", re.MULTILINE)

# Headers that mail stores and mail programs add to a stored copy; the sender never wrote them.
_STORE_HEADERS = re.compile(
    rb"^(?:Status|X-Status|X-UIDL?|X-Keywords|X-Mozilla-[!-9;-~]*|X-Gmail-Labels|X-GM-THRID|Content-Length|Lines"
    rb"|X-IMAP[!-9;-~]*)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.MULTILINE | re.IGNORECASE,
)


def mail_key(data: bytes) -> str:
    """The SHA-256 (64 hex digits) of the canonical content of one stored message."""
    return hashlib.sha256(canonical(data)).hexdigest()


def canonical(data: bytes) -> bytes:
    """The content of a message without what a mailbox format or a mail store did to it.

    Without an mbox "From " line, with LF line ends, with ">From " lines unescaped (mboxo and mboxrd alike),
    without trailing line ends, and without the headers that mail stores add.
    """
    text = without_envelope(data)
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
    text = text.rstrip(b"\n")
    if b">From " in text:
        text = _QUOTED_ENVELOPE.sub(ENVELOPE, text)
    head, body = _halves(text)
    return _STORE_HEADERS.sub(b"", head) + b"\n" + body


def has_envelope(data: bytes) -> bool:
    """Whether a mailbox's "From " line begins the data (and not a From field with a space before its colon)."""
    return data.startswith(ENVELOPE) and not data[len(ENVELOPE) : 80].lstrip(b" \t").startswith(b":")


def without_envelope(data: bytes) -> bytes:
    """The message without the "From " line that a mailbox puts before it."""
    if not has_envelope(data):
        return data
    end = data.find(b"\n")
    return data[end + 1 :] if end >= 0 else b""


def _halves(text: bytes) -> tuple[bytes, bytes]:
    if text.startswith(b"\n"):
        return b"", text[1:]
    head, _, body = text.partition(b"\n\n")
    return head + b"\n", body
