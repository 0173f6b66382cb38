"""Replaces words and marked places of a text, keeping the case of what was there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

Place = tuple[int, int]
"""Start and end, in characters."""

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "ı": "i"})
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SHARP_S = "ss"


def edited(text: str, edits: Iterable[tuple[Place, str]]) -> str:
    """The text with each place replaced; places do not overlap."""
    pieces, done = [], 0
    for (start, end), new in sorted(edits):
        pieces += [text[done:start], new]
        done = end
    return "".join((*pieces, text[done:]))


def cased(new: str, old: str) -> str:
    """`new` in small or capital letters where `old` is written so."""
    if old.islower():
        return new.lower()
    if len(old) > 1 and old.isupper():
        return new.upper()
    return new


def replaced_words(text: str, names: Mapping[str, str]) -> str:
    """Each word that is a key (in small letters) becomes its value; a hyphenated word counts as one, then as parts."""

    def new(found: re.Match[str]) -> str:
        word = found[0]
        whole = names.get(word.casefold())
        if whole is not None:
            return cased(whole, word)
        return re.sub(r"[^\W\d_]+", lambda part: cased(names.get(part[0].casefold(), part[0]), part[0]), word)

    return _WORD.sub(new, text)


def replacer(words: Mapping[str, str]) -> Callable[[str], str]:
    """Replaces whole words and phrases by regular expressions, longest first, in one pass."""
    patterns = sorted(words, key=len, reverse=True)
    whole = re.compile("|".join(rf"((?<!\w)(?:{pattern})(?!\w))" for pattern in patterns), re.IGNORECASE)

    def new(found: re.Match[str]) -> str:
        value = words[patterns[(found.lastindex or 1) - 1]]
        if value == _SHARP_S:  # of Swiss spelling only the letter changes
            return found[0].replace("ß", value)
        return value[0].upper() + value[1:] if found[0][0].isupper() else cased(value, found[0])

    return lambda text: whole.sub(new, text)


def plain_letters(text: str) -> str:
    """As the text stands in an address: small letters of ASCII."""
    split = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return re.sub(r"[^a-z0-9]", "", split)
