"""Nationalities, peoples, religions and political groups, by a list of words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

import regex

from triage.privacy.lexicon.word_lists import lines
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.base import Recognizer

_OTHER_WORDS = frozenset(
    "polish turk danish swede dane finn scot roma orthodox evangelical caucasian republicans democrats communist socialist".split()
)
"""English words that have another meaning without a capital."""
_LONGEST_ENDING = 4


@cache
def _lists() -> dict[str, list[str]]:
    return {code: words for code, *words in map(str.split, lines("nationalities.txt"))}


@cache
def _words(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The whole words of a language, and the stems, to which any ending of some letters may be added."""
    words = [word.replace("-", " ") for word in _lists()[language]]
    stems = frozenset(word[:-1] for word in words if word.endswith("*"))
    return frozenset(word for word in words if not word.endswith("*")), stems


def _any_word() -> str:
    words = frozenset().union(*(group for language in _lists() for group in _words(language)))
    return "|".join(map(regex.escape, sorted(words)))


class Nationality(Recognizer):
    """Words of the text's language; English ones that are other words as well (`polish`) with a capital only."""

    entity = "NRP"
    needs = Pattern(r"\p{L}{3}")

    _LISTED = Pattern(_any_word(), regex.IGNORECASE)
    _WORD = regex.compile(r"(?<![\p{L}\p{N}_@./\-])\p{L}{3,20}(?![\p{L}\p{N}_@(=]|\.\p{L}|[ ][A-Z]{2}\d\d)")
    """A word that stands before an IBAN says where the account is, not who somebody is."""

    prefiltered = (_LISTED,)

    def __init__(self, language: str = "en") -> None:
        super().__init__(language)
        code = language if language in _lists() else "en"
        self._code = code
        self._excepted = _OTHER_WORDS if code == "en" else frozenset()

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Each word."""
        # beyond ASCII a word may be of another length than it is listed with
        if text.isascii() and not self._LISTED.may_match(text):
            return
        for match in self._WORD.finditer(text):
            word = match.group()
            if word not in self._excepted and _is_listed(word.casefold(), self._code):
                yield *match.span(), 0.5


@lru_cache(maxsize=100_000)
def _is_listed(word: str, language: str) -> bool:
    whole, stems = _words(language)
    return word in whole or any(word[:size] in stems for size in range(len(word) - _LONGEST_ENDING, len(word) + 1))
