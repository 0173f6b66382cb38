"""The words of an anonymized mail as hashes and counts, and places that look like text in a wrong character set.

What is stored of a word is 18 bits of a hash, which many words share; pseudonyms, marks such as `<ERASED>` and numbers
are no words. A word is written in letters only and has at least two; an ideograph is a word of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

HASH_BITS = 18
"""Bits of a word's hash."""

MOST_TERMS = 100
"""Distinct words of a mail whose hashes are stored: the first ones, since quotes and signatures come last."""

READ_CHARS = 8_000
"""Characters of the body that are read; most mails are shorter, and a long one is a report or a log."""

_PSEUDONYM = re.compile(r"<[A-Z][A-Z_]*(?:_[0-9a-f]{6}_[0-9a-f]{16})?>")
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_ASCII_WORD = re.compile(r"[A-Za-z]{2,}")
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W\d_{_IDEOGRAPHS}]{{2,}}")

_AS_CP1252 = "".join(bytes([b]).decode("cp1252", "replace") for b in range(0x80, 0xA0)).replace("\ufffd", "")
_NEXT = "\u0080-\u00bf" + _AS_CP1252
"""What the second and later bytes of a UTF-8 sequence become in Latin-1 and CP1252."""
_ENDS_WORD = "\u00a0»–—‘’“”„…‹›"
"""Of _NEXT, what may follow a word in capitals: `AMANHÃ”`, `MITÄ…`."""
_INSIDE = "".join(c for c in map(chr, range(0x80, 0xC0)) if c not in _ENDS_WORD) + "".join(
    c for c in _AS_CP1252 if c not in _ENDS_WORD
)
_GARBLED = re.compile(
    "(?:"
    + "|".join(
        (
            "\ufffd+",  # bytes that were no character of the declared set
            "[\u0080-\u009f]+",  # control characters, which are letters or quotation marks in CP1252
            rf"Â[\u00a0-\u00bf]|Ã[{_INSIDE}]|(?<![A-Z])Ã\u00a0",  # Western letters and signs
            rf"[ÄÅ][{_INSIDE}]",  # Central European letters
            rf"(?<![A-ZÀ-Ý])[ÃÄÅ][{_ENDS_WORD}](?=[a-zà-ÿ])|(?<=[a-zß-ÿ])[ÃÄÅ][{_ENDS_WORD}]",
            rf"â[€‚„ˆ†\u0080-\u0086][{_NEXT}]",  # quotation marks, dashes, the euro
            rf"ðŸ[{_NEXT}]{{2}}",  # emoji
            rf"(?:[Ð-ÑÎ-ÏØ-Ù×][{_NEXT}]){{2,}}",  # Cyrillic, Greek, Arabic, Hebrew
            rf"(?:[ã-é][{_NEXT}]{{2}}){{2,}}",  # Chinese, Japanese, Korean
        )
    )
    + ")+"
)


@dataclass(frozen=True, slots=True)
class WordFacts:
    """The columns of `silver/mail` that follow from its text; `rare_words` None where that cannot be said."""

    terms: list[int]
    words: int
    rare_words: int | None
    garbled: int


WORD_COLUMNS = ("terms", "words", "rare_words", "garbled")
"""The fields of WordFacts, which are columns of `silver/mail`."""


def word_facts(subject: str, body: str, is_rare: Callable[[str], bool] | None = None) -> WordFacts:
    """The facts of an anonymized subject and the first READ_CHARS characters of the body.

    `is_rare` says of a word in lower case whether it is rare in the mail's language; None where nothing can say so.
    """
    text = _read(subject, body)
    words = words_of(text)
    rare = sum(map(is_rare, words)) if is_rare else None
    return WordFacts(_hashes(words), len(words), rare, garbled_places(text))


def terms_of(subject: str, body: str = "") -> list[int]:
    """Sorted distinct hashes of the first MOST_TERMS distinct words of a subject and body."""
    return _hashes(words_of(_read(subject, body)))


def words_of(text: str) -> list[str]:
    """The words of a text in lower case and in order, without pseudonyms and numbers."""
    plain = _PSEUDONYM.sub(" ", text).lower()
    return (_ASCII_WORD if plain.isascii() else _WORD).findall(plain)


@lru_cache(maxsize=65_536)
def word_hash(word: str) -> int:
    """The hash of a word, whatever its case: the lowest HASH_BITS bits of CRC-32 (ISO 3309) of its UTF-8 form."""
    return crc32(word.lower().encode("utf-8", "surrogatepass")) & ((1 << HASH_BITS) - 1)


def garbled_places(text: str) -> int:
    """Places where UTF-8 was read as Latin-1 or CP1252, or where a character is unknown; neighbours count as one."""
    return 0 if text.isascii() else sum(1 for _ in _GARBLED.finditer(text))


def _read(subject: str, body: str) -> str:
    return f"{subject}\n{body[:READ_CHARS]}"


def _hashes(words: Sequence[str]) -> list[int]:
    first = list(dict.fromkeys(words))[:MOST_TERMS]
    return sorted(set(map(word_hash, first)))
