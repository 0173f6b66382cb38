"""Characters as the bytes that loose expressions read (triage.privacy.patterns.loose).

Those of Latin-1 are their own byte, the few others that equal one of these without case are that one's, and all others
are one and the same.
"""

from __future__ import annotations

import codecs
import sys
from functools import cache

import regex

_OTHER = 0
_ALIKE = {"ſ": "s", "K": "K", "ı": "i", "İ": "I", "Å": "Å"}
_HIGH = "".join(chr(code) for code in range(256, sys.maxunicode + 1) if chr(code) not in _ALIKE)
_ALL = "".join(map(chr, range(256))) + "".join(_ALIKE) + _HIGH
_ERRORS = "triage-loose"

Bytes = frozenset[int]


def as_bytes(text: str) -> bytes:
    """The text as loose expressions read it."""
    return text.encode("latin-1", _ERRORS)


def _spelled(fault: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(fault, UnicodeEncodeError)
    rest = fault.object[fault.start : fault.end]
    return bytes(ord(_ALIKE[c]) if c in _ALIKE else _OTHER for c in rest), fault.end


codecs.register_error(_ERRORS, _spelled)


@cache
def image(source: str, ignores_case: bool) -> Bytes:
    """The bytes of all characters that a pattern of one character takes."""
    pattern = regex.compile(source, regex.I if ignores_case else 0)
    taken = {code for code in range(256) if pattern.fullmatch(chr(code))}
    taken |= {ord(like) for character, like in _ALIKE.items() if pattern.fullmatch(character)}
    return frozenset(taken | ({_OTHER} if pattern.search(_HIGH) else set()))


@cache
def is_within(source: str, ignores_case: bool, whole: str) -> bool:
    """Whether a pattern of one character takes such characters only as `whole` does."""
    return not regex.search(rf"(?!{whole}){source}", _ALL, regex.I if ignores_case else 0)


def spelled(taken: Bytes) -> str:
    """The class of some bytes; all in ASCII."""
    if len(taken) == 1:
        return _byte(*taken)
    runs: list[list[int]] = []
    for byte in sorted(taken):
        if runs and byte == runs[-1][1] + 1:
            runs[-1][1] = byte
        else:
            runs.append([byte, byte])
    return f"[{''.join(_byte(a) if a == b else f'{_byte(a)}-{_byte(b)}' for a, b in runs)}]"


def _byte(value: int) -> str:
    character = chr(value)
    return character if value < 128 and character.isalnum() else f"\\x{value:02x}"
