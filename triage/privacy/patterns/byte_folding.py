"""Folds characters to bytes, as the relaxed expressions of the prefilter read them.

Those expressions are made in triage.privacy.patterns.relaxation. Characters of Latin-1 are their own byte, the few
others that equal one of these without case are that one's, and all others are one and the same. The fold is a function
of single characters, and the image of a class holds the fold of each of its members: whatever matches a class in the
text matches the image of the class in the folded text.
"""

from __future__ import annotations

import codecs
import sys
from functools import cache

import regex

_OTHER = 0
_SAME_WITHOUT_CASE = {"ſ": "s", "K": "K", "ı": "i", "İ": "I", "Å": "Å"}
_HIGH = "".join(chr(code) for code in range(256, sys.maxunicode + 1) if chr(code) not in _SAME_WITHOUT_CASE)
_ALL = "".join(map(chr, range(256))) + "".join(_SAME_WITHOUT_CASE) + _HIGH
_ERRORS = "triage-fold"

Bytes = frozenset[int]


def folded(text: str) -> bytes:
    """The text as relaxed expressions read it, one byte a character."""
    return text.encode("latin-1", _ERRORS)


def _fold(fault: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(fault, UnicodeEncodeError)
    rest = fault.object[fault.start : fault.end]
    return bytes(ord(_SAME_WITHOUT_CASE[c]) if c in _SAME_WITHOUT_CASE else _OTHER for c in rest), fault.end


codecs.register_error(_ERRORS, _fold)


@cache
def image(source: str, ignores_case: bool) -> Bytes:
    """The bytes of all characters that a pattern of one character takes."""
    pattern = regex.compile(source, regex.I if ignores_case else 0)
    taken = {code for code in range(256) if pattern.fullmatch(chr(code))}
    taken |= {ord(like) for character, like in _SAME_WITHOUT_CASE.items() if pattern.fullmatch(character)}
    return frozenset(taken | ({_OTHER} if pattern.search(_HIGH) else set()))


@cache
def is_within(source: str, ignores_case: bool, whole: str) -> bool:
    """Whether a pattern of one character takes such characters only as `whole` does."""
    return not regex.search(rf"(?!{whole}){source}", _ALL, regex.I if ignores_case else 0)


def byte_class(taken: Bytes) -> str:
    """The expression of a class of bytes, written in ASCII."""
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
