"""Patterns that are searched only in texts that they can match."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any

import regex

from triage.privacy.patterns.screen import Screen

_PATTERNS: list[Pattern] = []
_is_complete = [False]


class Pattern:
    """A `regex` pattern that is compiled on first need, and searched only in texts that it can match.

    `lists` gives the pattern's named lists, when it is compiled. What is made later than the recognizers' own, as from
    a policy's words, is not screened: any text may match it.
    """

    def __init__(
        self, pattern: str, flags: int = 0, lists: Callable[[], Mapping[str, Collection[str]]] | None = None
    ) -> None:
        self.text, self.flags = pattern, flags
        self._lists = lists or dict
        self._number: int | None = None
        if not _is_complete[0]:
            self._number = len(_PATTERNS)
            _PATTERNS.append(self)

    @cached_property
    def compiled(self) -> regex.Pattern[str]:
        """The pattern itself."""
        lists: Any = self._lists()
        return regex.compile(self.text, self.flags, ignore_unused=True, **lists)

    def may_match(self, text: str) -> bool:
        """False where the text cannot hold a match."""
        return self._number is None or self._number in possible(text)

    def is_among(self, numbers: frozenset[int]) -> bool:
        """The same for a text of which `possible` was asked."""
        return self._number is None or self._number in numbers

    def finditer(
        self, text: str, start: int | None = None, end: int | None = None, *, timeout: float | None = None
    ) -> Iterator[regex.Match[str]]:
        """The matches, as the pattern's own method gives them."""
        if not self.may_match(text):
            return iter(())
        return self.compiled.finditer(text, start, end, timeout=timeout)


def end_of_declarations() -> None:
    """All patterns of recognizers are known: the same ones in every process, so that their screen is compiled once."""
    _is_complete[0] = True


@cache
def screen() -> Screen:
    """That of all patterns which the recognizers declare."""
    return Screen([(pattern.text, pattern.flags) for pattern in _PATTERNS])


@lru_cache(maxsize=8)
def possible(text: str) -> frozenset[int]:
    """Which of all patterns can match a text, for `is_among`: cheaper where many are asked about one text."""
    return screen().possible(text)


def compilable() -> Sequence[Pattern]:
    """All patterns that are screened."""
    return tuple(_PATTERNS)
