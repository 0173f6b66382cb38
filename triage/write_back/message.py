"""What is read of a message's bytes, and headers put before them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.parser import BytesHeaderParser

from triage.mail.keys import without_envelope

_SAFE = re.compile(r"<[!-;=?-~]{1,900}>")
"""A Message-ID that a server can be asked for: visible ASCII between angle brackets."""

HEADER = "X-Triage-"


def message_id(message: bytes) -> str | None:
    """The Message-ID with its brackets; None where there is none that can be asked for."""
    try:
        found = _SAFE.search(str(BytesHeaderParser().parsebytes(without_envelope(message)).get("Message-ID", "")))
    except (ValueError, LookupError):
        return None
    return found[0] if found else None


def with_headers(message: bytes, fields: Mapping[str, str]) -> bytes:
    """The message as it was received, with a header for each field on top; its line ends are kept."""
    own = without_envelope(message)
    end = "\r\n" if b"\r\n" in own[:4_096] else "\n"
    lines = (f"{HEADER}{name.replace('_', '-').title()}: {value}{end}" for name, value in fields.items())
    return "".join(lines).encode("ascii", "replace") + own
