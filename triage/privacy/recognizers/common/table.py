"""A recognizer as a table: patterns, how sure each is, and what checks its matches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import regex

from triage.privacy.patterns.pattern import Pattern, PatternSet, candidates
from triage.privacy.recognizers.common.base import Recognizer, timeout

BEFORE_NUMBER = r"(?:[ \t]*(?:is|are|was|ist|lautet|est|es|è|é|är|er|este|to|jest|je|on|είναι|[:：=\#.°º/]|no\b|nos\b|nr\b|num\b|n[°º]|number|nummer|num[ée]ro|id\b|\([\w .]{1,16}\)|-)){0,5}[ \t]{0,3}\n?[ \t]{0,3}"
"""What stands between the word that announces a number and the number."""


class ScoredPattern(Pattern):
    """A pattern whose group `value`, or else the whole match, is a finding, if `check` holds for it.

    `requires` is a cheap pattern that each text with a match has a match of, for a pattern that is slow to fail.
    """

    def __init__(
        self,
        pattern: str,
        score: float = 0.8,
        check: Callable[[str], bool] | None = None,
        *,
        flags: int = 0,
        requires: regex.Pattern[str] | None = None,
    ) -> None:
        super().__init__(pattern, flags)
        self.requires = requires
        self.score, self.check = score, check
        self.group = "value" if "(?P<value>" in pattern else 0


def announced(
    words: str, value: str, score: float = 0.85, check: Callable[[str], bool] | None = None, *, between: str = ""
) -> ScoredPattern:
    """A pattern whose value follows one of the words, whatever their case; `between` may stand after the word."""
    before = rf"(?i:(?<!\w)(?:{words}))(?!\p{{L}}){between}{BEFORE_NUMBER}"
    return ScoredPattern(rf"{before}(?P<value>{value})", score, check)


class TableRecognizer(Recognizer):
    """All findings of all patterns of its table. Raises TimeoutError when a long text is too hard for a pattern."""

    table: ClassVar[tuple[ScoredPattern, ...]] = ()
    has_own_set: ClassVar[bool] = False
    """Whether the table is a pattern set of its own: worth a further pass where most texts are not read."""

    def __init_subclass__(cls, **given: Any) -> None:
        super().__init_subclass__(**given)
        if cls.has_own_set:
            cls.own_sets = (PatternSet(cls.table),)
        else:
            cls.prefiltered = cls.table

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The values, in the order of the table."""
        for pattern in candidates(self.table, text):
            if pattern.requires is not None and not pattern.requires.search(text):
                continue
            group = pattern.group
            for match in pattern.compiled.finditer(text, timeout=timeout(text)):
                if pattern.check is None or pattern.check(match[group]):
                    yield *match.span(group), pattern.score
