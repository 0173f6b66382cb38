"""Redaction: full names taken out of a message's bytes, in clear text or base64, and out of published values."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from typing import Any

from triage.rights.search.scanner import Scanner

ERASED = b"ERASED"
_BLOCK = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{8,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}")
_GAP = rb"(?:\s|=\r?\n|=20|[_.,+-]|%20|&nbsp;)+"


def redact(data: bytes, names: Iterable[str], scanner: Scanner) -> bytes | None:
    """`data` without the names; None where the scanner still finds one of them.

    The pattern here knows fewer encodings than the scanner, which decides: what this leaves, the caller must remove
    as a whole.
    """
    pattern = _pattern(names)
    plain = pattern.sub(ERASED, data)
    redacted = _BLOCK.sub(lambda block: _recoded(block[0], pattern), plain)
    return None if scanner.find(redacted) else redacted


def redact_value(value: Any, names: Sequence[str], tokens: re.Pattern[str], mark: str) -> Any:
    """A column's value, however nested, with `redact_text` over each of its texts."""
    if isinstance(value, str):
        return redact_text(value, names, tokens, mark)
    if isinstance(value, list):
        return [redact_value(item, names, tokens, mark) for item in value]
    if isinstance(value, dict):
        return {name: redact_value(item, names, tokens, mark) for name, item in value.items()}
    return value


def redact_text(text: str, names: Iterable[str], tokens: re.Pattern[str], mark: str) -> str:
    """Published text with `mark` in the place of the names, which a detector missed, and of the tokens."""
    plain = tokens.sub(mark, text)
    encoded = plain.encode("utf-8", "surrogatepass")
    redacted = _pattern(names).sub(mark.encode(), encoded)
    return plain if redacted == encoded else redacted.decode("utf-8", "surrogatepass")


def _recoded(block: bytes, pattern: re.Pattern[bytes]) -> bytes:
    try:
        clear = base64.b64decode(block, validate=False)
    except binascii.Error:
        return block
    redacted = pattern.sub(ERASED, clear)
    if redacted == clear:
        return block
    if b"\n" not in block:
        return base64.b64encode(redacted)
    lines = base64.encodebytes(redacted).rstrip(b"\n")
    return lines.replace(b"\n", b"\r\n") if b"\r\n" in block else lines


def _pattern(names: Iterable[str]) -> re.Pattern[bytes]:
    """Each name in order or with its last word first, no letter and no host beside it."""
    orders = []
    for name in sorted(set(names)):
        words = [_word(word) for word in name.split()]
        orders += [_GAP.join(words), _GAP.join([words[-1], *words[:-1]])]
    any_name = b"|".join(orders) or rb"(?!)"
    return re.compile(rb"(?<![A-Za-z0-9])(?:" + any_name + rb")(?![A-Za-z0-9]|[\w.+-]*@)", re.IGNORECASE)


def _word(word: str) -> bytes:
    forms = set()
    for cased in {word, word.lower(), word.upper(), word.title()}:
        utf8 = cased.encode("utf-8", "surrogatepass")
        forms |= {re.escape(utf8), _escaped(utf8, b"="), _escaped(utf8, b"%")}
        latin = cased.encode("latin-1", "replace")
        if latin.decode("latin-1") == cased:
            forms |= {re.escape(latin), _escaped(latin, b"=")}
    return b"(?:" + b"|".join(sorted(forms)) + b")"


def _escaped(word: bytes, mark: bytes) -> bytes:
    """The word with its bytes beyond ASCII as quoted-printable or URL encoding writes them."""
    return b"".join(re.escape(bytes([c])) if c < 128 else mark + b"%02X" % c for c in word)
