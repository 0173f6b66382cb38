"""Patterns that are searched only in texts that they can match."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import regex

from triage.privacy.patterns.prefilter import Prefilter


class Pattern:
    """A `regex` pattern that is compiled on first need.

    `lists` gives the pattern's named lists, when it is compiled. Within a PatternSet it is searched only in texts that
    it can match; alone, as one made from a policy's words, it is searched in every text.
    """

    def __init__(
        self, pattern: str, flags: int = 0, lists: Callable[[], Mapping[str, Collection[str]]] | None = None
    ) -> None:
        self.text, self.flags = pattern, flags
        self._lists = lists or dict
        self.set: PatternSet | None = None
        """The set that it belongs to."""

    @cached_property
    def compiled(self) -> regex.Pattern[str]:
        """The pattern itself."""
        lists: Any = self._lists()
        return regex.compile(self.text, self.flags, ignore_unused=True, **lists)

    def may_match(self, text: str) -> bool:
        """False where the text cannot hold a match."""
        return self.set is None or self in self.set.possible(text)

    def finditer(
        self, text: str, start: int | None = None, end: int | None = None, *, timeout: float | None = None
    ) -> Iterator[regex.Match[str]]:
        """The matches, as the pattern's own method gives them."""
        if not self.may_match(text):
            return iter(())
        return self.compiled.finditer(text, start, end, timeout=timeout)


class PatternSet:
    """Patterns that one prefilter decides on in one pass over a text. A pattern belongs to one set at most."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self.possible = lru_cache(maxsize=8)(self._possible)
        """The patterns that can match a text; cached, since every recognizer asks it of the same text."""
        for pattern in self.patterns:
            pattern.set = self

    @cached_property
    def prefilter(self) -> Prefilter:
        """Compiled or loaded on first use."""
        return Prefilter([(pattern.text, pattern.flags) for pattern in self.patterns])

    def _possible(self, text: str) -> frozenset[Pattern]:
        return frozenset(map(self.patterns.__getitem__, self.prefilter.possible(text)))


P = TypeVar("P", bound=Pattern)


def candidates(patterns: Sequence[P], text: str) -> Sequence[P]:
    """Those of a recognizer's patterns, which are in one set or in none, that can match a text."""
    common = patterns[0].set if patterns else None
    if common is None:
        return patterns
    possible = common.possible(text)
    return [pattern for pattern in patterns if pattern in possible]
