"""Tells in one pass over bytes, which Hyperscan makes at memory speed, that none of many spellings is in them.

Mail that holds a term is rare. What the pass lets through is searched again by rules; what it turns away holds nothing.
"""

from __future__ import annotations

from collections.abc import Collection

import hyperscan

_MOST = 20_000
"""Spellings up to which the pass is worth its preparation."""
_FLAGS = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH


class Prefilter:
    """Of spellings in bytes read as Latin-1, the letters of ASCII in lower case, one blank for any white space."""

    def __init__(self, spellings: Collection[str]) -> None:
        self.least = min(map(_least_bytes, spellings), default=0)
        """Bytes of an encoded text below which it holds no spelling."""
        self._database = _compiled(sorted(spellings)) if 0 < len(spellings) <= _MOST else None

    def lets_through(self, data: bytes) -> bool:
        """Whether `data` may hold one of the spellings."""
        if self._database is None:
            return True
        found: list[int] = []

        def note(number: int, _start: int, _end: int, _flags: int, _context: object) -> bool:
            found.append(number)
            return True  # the first match ends the scan

        try:
            self._database.scan(data, match_event_handler=note)
        except hyperscan.ScanTerminated:
            return True
        return bool(found)


def _compiled(spellings: list[str]) -> hyperscan.Database | None:
    """None where Hyperscan cannot take them; then everything is searched by rules."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    expressions = [_expression(spelling.encode("latin-1")) for spelling in spellings]
    numbers = list(range(len(expressions)))
    try:
        database.compile(expressions=expressions, ids=numbers, elements=len(numbers), flags=[_FLAGS] * len(expressions))
    except hyperscan.error:
        return None
    return database


def _expression(spelling: bytes) -> bytes:
    """Each byte as itself, and a blank as what `bytes.split` takes for white space."""
    return b"".join(rb"[\x09-\x0d\x20]+" if byte == 0x20 else rb"\x%02x" % byte for byte in spelling)


def _least_bytes(spelling: str) -> int:
    """How short a text can be that decodes to this spelling.

    No decoding makes more than one ASCII character of a byte. Beyond ASCII, HTML's character references are decoded
    to UTF-8, in which a byte of Latin-1 becomes two; a named reference gives fewer bytes than it has letters.
    """
    beyond = sum(not character.isascii() for character in spelling)
    return len(spelling) - beyond + (beyond + 1) // 2
