"""The thread of a message, from the bytes of its header alone, before anything is parsed."""

from __future__ import annotations

import re

READ_BYTES = 64 * 2**10
_HEAD_END = re.compile(rb"\n\r?\n")
_FIELD = re.compile(rb"^(references|in-reply-to|message-id)[ \t]*:((?:[^\n]|\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(rb"<([^<>\s]{1,500})>")


def root_id(data: bytes) -> bytes | None:
    """The Message-ID that began a message's thread: the first of References, else In-Reply-To, else its own.

    None for a message without any. Reads the header only, and of it at most READ_BYTES.
    """
    head = data[:READ_BYTES]
    end = _HEAD_END.search(head)
    found: dict[bytes, bytes] = {}
    for field in _FIELD.finditer(head, 0, end.start() + 1 if end else len(head)):
        first = _ID.search(field[2])
        if first:
            found.setdefault(field[1].lower(), first[1])
    return found.get(b"references") or found.get(b"in-reply-to") or found.get(b"message-id")
