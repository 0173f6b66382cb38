"""The order of versions in Maven (POM reference, "Version Order Specification").

No package of PyPI that is kept in order has it without a server or a whole scanner around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering
from itertools import zip_longest

_TOKEN = re.compile(r"([.\-_]?)(\d+|[^\d.\-_]*)")
_RELEASE, _OTHER = 5, 7
_RANKS = {"alpha": 0, "beta": 1, "milestone": 2, "rc": 3, "cr": 3, "snapshot": 4, "": _RELEASE, "sp": 6}
_SHORT = {"a": "alpha", "b": "beta", "m": "milestone"}
_RELEASES = frozenset({"final", "ga", "release"})
_QUALIFIER, _HYPHEN_NUMBER, _DOT_NUMBER = range(3)


@dataclass(frozen=True, slots=True)
class _Token:
    after_hyphen: bool
    value: int | str

    @property
    def is_null(self) -> bool:
        return self.value in (0, "")

    @property
    def key(self) -> tuple[int, int, str]:
        if isinstance(self.value, str):
            return _QUALIFIER, _RANKS.get(self.value, _OTHER), "" if self.value in _RANKS else self.value
        return (_HYPHEN_NUMBER if self.after_hyphen else _DOT_NUMBER), self.value, ""

    @property
    def padding(self) -> _Token:
        """What stands in for this token in a version that is shorter."""
        return _Token(self.after_hyphen, "" if isinstance(self.value, str) else 0)


@total_ordering
class MavenVersion:
    """A version that compares as Maven does."""

    def __init__(self, text: str) -> None:
        self._tokens = _trimmed(_tokens(text.lower()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MavenVersion) and not self < other and not other < self

    def __hash__(self) -> int:
        return hash(tuple(token.key for token in self._tokens))

    def __lt__(self, other: MavenVersion) -> bool:
        for mine, theirs in zip_longest(self._tokens, other._tokens):
            one, two = mine or theirs.padding, theirs or mine.padding
            if one.key != two.key:
                return one.key < two.key
        return False


def _tokens(text: str) -> list[_Token]:
    """The parts between dots and hyphens; where digits and letters touch, there is a hyphen between them."""
    found: list[_Token] = []
    parts = [match.groups() for match in _TOKEN.finditer(text)]
    for (separator, part), (next_separator, next_part) in zip(parts, [*parts[1:], ("", "")], strict=True):
        if separator or part:
            value = _value(part, next_separator == "" and next_part.isdigit())
            is_word = isinstance(value, str)  # a dot before a word counts as a hyphen
            found.append(_Token(separator == "-" or is_word or (not separator and bool(found)), value))
    return found


def _value(part: str, touches_digit: bool) -> int | str:
    if part.isdigit():
        return int(part)
    if touches_digit and part in _SHORT:
        return _SHORT[part]
    return 0 if not part else "" if part in _RELEASES else part


def _trimmed(tokens: list[_Token]) -> list[_Token]:
    """Without zeros and release words at the end and before each hyphen."""
    kept: list[_Token] = []
    for token in reversed(tokens):
        if token.is_null and (not kept or kept[-1].after_hyphen):
            continue
        kept.append(token)
    return kept[::-1]
