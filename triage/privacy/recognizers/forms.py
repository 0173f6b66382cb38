"""A recognizer as a table: patterns, how sure each is, and what checks its finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from triage.privacy.patterns.pattern import Pattern, possible
from triage.privacy.recognizers.base import Finder, patience

SAID = r"(?:[ \t]*(?:is|are|was|ist|lautet|est|es|[:=\#.°º/]|no\b|nos\b|nr\b|num\b|n[°º]|number|nummer|num[ée]ro|id\b|\([\w .]{1,16}\)|-)){0,5}[ \t]{0,3}\n?[ \t]{0,3}"
"""What stands between the word that announces a number and the number."""


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern whose group `value`, or else the whole, is a find, if `check` holds for it."""

    pattern: Pattern
    score: float
    check: Callable[[str], bool] | None = None


def form(
    pattern: str, score: float = 0.8, check: Callable[[str], bool] | None = None, *, flags: int = 0
) -> Form:
    """A form from the text of its pattern."""
    return Form(Pattern(pattern, flags), score, check)


def announced(
    words: str, value: str, score: float = 0.85, check: Callable[[str], bool] | None = None
) -> Form:
    """A form whose value follows one of the words, whatever their case."""
    return form(rf"(?i:(?<!\w)(?:{words}))(?!\p{{L}}){SAID}(?P<value>{value})", score, check)


class FormFinder(Finder):
    """All finds of all forms. Raises TimeoutError when a long text is too hard for a pattern."""

    forms: tuple[Form, ...] = ()

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The values, in the order of the forms."""
        held = possible(text)
        for each in self.forms:
            if not each.pattern.is_among(held):
                continue
            group = "value" if "(?P<value>" in each.pattern.text else 0
            for match in each.pattern.compiled.finditer(text, timeout=patience(text)):
                if each.check is None or each.check(match[group]):
                    yield *match.span(group), each.score
