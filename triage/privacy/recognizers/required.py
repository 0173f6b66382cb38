"""Text that a pattern cannot match without, so that most texts need not be searched.

Each pattern gives a set of literals of which every match holds one (R. Cox, "Regular Expression Matching with a Trigram
Index", 2012); one automaton (Aho and Corasick, CACM 1975) finds the literals of all patterns in one pass over a text.
"""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import ahocorasick
import regex

Literals = frozenset[str]
_MOST = 64
"""Literals of one stretch of a pattern; where there would be more, it is read as any text."""

_PROPERTY = regex.compile(r"\\[pP]\{\^?\w+\}")
_NAMED = regex.compile(r"\(\?P<\w+>")
_FOREIGN = regex.compile(r"\(\?(?:\||&|R|P>|P=)|\[\[|\\[XKGmMRN]|--|&&|\|\||~~")
"""What only the `regex` module knows; a pattern with it counts as one that needs nothing."""
_LATIN_I = {ord("İ"): "i", ord("ı"): "i"}
"""`regex` takes the Turkish letters for i when it ignores case."""


def folded(text: str) -> str:
    """The text without distinction of case, at least as coarse as `regex` with IGNORECASE."""
    return text.translate(_LATIN_I).casefold() if not text.isascii() else text.lower()


def required(pattern: str) -> Literals:
    """Folded literals of which the text around any match holds at least one; empty where none can be told."""
    if _FOREIGN.search(pattern):
        return frozenset()
    try:
        parsed = parser.parse(_PROPERTY.sub(r"\\w", _NAMED.sub("(?:", pattern)))
    except (re.error, OverflowError):
        return frozenset()
    return _Sequence.of(parsed).best


@dataclass(frozen=True, slots=True)
class _Sequence:
    """What is known of a part: all texts that it can match, if they are few, and the best literals it needs."""

    exact: Literals | None
    best: Literals
    edges: Literals | None = None
    """Of a repeated part: texts of which it begins with one and ends with one."""

    @classmethod
    def of(cls, nodes: Sequence[Any]) -> _Sequence:
        exact: Literals | None = frozenset({""})
        run: Literals = frozenset({""})
        best: Literals = frozenset()
        for node in nodes:
            part = _part(*node)
            best = _better(best, part.best)
            longer = _joined(run, part.exact or part.edges)
            if part.exact is not None and longer is not None:
                run = longer
            else:
                best, exact = _better(_better(best, run), longer or run), None
                run = part.exact or part.edges or frozenset({""})
        best = _better(best, run)
        return cls(run if exact is not None else None, _shortest(best))


_ANY = _Sequence(None, frozenset())
_EMPTY = _Sequence(frozenset({""}), frozenset())


def _part(kind: Any, value: Any) -> _Sequence:
    if kind is op.LITERAL:
        return _texts({folded(chr(value))})
    if kind is op.IN:
        return _of_class(value)
    if kind is op.BRANCH:
        return _any_of([_Sequence.of(branch) for branch in value[1]])
    if kind is op.SUBPATTERN:
        return _Sequence.of(value[3])
    if kind is op.ATOMIC_GROUP:
        return _Sequence.of(value)
    if kind is op.ASSERT:
        return _Sequence(_EMPTY.exact, _Sequence.of(value[1]).best)
    if kind in (op.ASSERT_NOT, op.AT):
        return _EMPTY
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _repeated(*value)
    return _ANY


def _of_class(members: Sequence[tuple[Any, Any]]) -> _Sequence:
    if len(members) > _MOST or any(kind is not op.LITERAL for kind, _ in members):
        return _ANY
    return _texts({folded(chr(value)) for _, value in members})


def _any_of(branches: Sequence[_Sequence]) -> _Sequence:
    exact: set[str] = set()
    best: set[str] = set()
    for branch in branches:
        if branch.exact is not None:
            exact |= branch.exact
        best |= branch.best
    is_exact = all(branch.exact is not None for branch in branches) and len(exact) <= _MOST
    needed = frozenset(best) if all(branch.best for branch in branches) else frozenset[str]()
    return _Sequence(frozenset(exact) if is_exact else None, needed)


def _repeated(least: int, most: Any, nodes: Sequence[Any]) -> _Sequence:
    once = _Sequence.of(nodes)
    if least == most == 1:
        return once
    if least == 0 and most == 1 and once.exact is not None and len(once.exact) < _MOST:
        return _Sequence(once.exact | {""}, frozenset())
    return _Sequence(None, once.best, once.exact) if least else _ANY


def _texts(texts: set[str]) -> _Sequence:
    return _Sequence(frozenset(texts), frozenset(texts))


def _joined(run: Literals, more: Literals | None) -> Literals | None:
    """Each text of the one before each of the other, unless these would be too many."""
    if more is None or len(run) * len(more) > _MOST:
        return None
    return frozenset(map("".join, product(run, more)))


def _shortest(literals: Literals) -> Literals:
    """Without those that hold another one, which is found with them."""
    return frozenset(one for one in literals if not any(other in one for other in literals if other != one))


def _better(one: Literals, other: Literals) -> Literals:
    """The set that fewer texts hold; a set with the empty text says nothing."""
    if "" in other or not other:
        return one
    return other if not one or _commonness(other) < _commonness(one) else one


def _commonness(literals: Literals) -> float:
    """How often one of them stands in text, roughly: a letter has one in twenty places, a blank more, a sign fewer."""
    return sum(_odds(literal) for literal in literals)


def _odds(literal: str) -> float:
    odds = 1.0
    for character in literal:
        odds *= 0.2 if character.isspace() else 0.06 if character.isalpha() else 0.01
    return odds


class Needed:
    """Literals of which a text must hold one, whatever their case."""

    def __init__(self, literals: Iterable[str]) -> None:
        wanted = _shortest(frozenset(map(folded, literals)))
        self._bit = _ALL.add(wanted) if wanted else 0

    def may_match(self, text: str) -> bool:
        """False where the text holds none of them; always true where there are none."""
        return not self._bit or bool(_ALL.present(text) & self._bit)

    def is_among(self, present: int) -> bool:
        """The same for a text of which `present` was asked."""
        return not self._bit or bool(present & self._bit)


class Pattern(Needed):
    """A `regex` pattern that is compiled on first need, and searched only in texts that hold what it needs.

    `lists` gives the pattern's named lists, when it is compiled.
    """

    def __init__(
        self, pattern: str, flags: int = 0, lists: Callable[[], Mapping[str, Collection[str]]] | None = None
    ) -> None:
        super().__init__(required(pattern))
        self.text = pattern
        self._flags, self._lists = flags, lists or dict
        _PATTERNS.append(self)

    @cached_property
    def compiled(self) -> regex.Pattern[str]:
        """The pattern itself."""
        lists: Any = self._lists()
        return regex.compile(self.text, self._flags, ignore_unused=True, **lists)

    def search(self, text: str) -> regex.Match[str] | None:
        """The first match."""
        return self.compiled.search(text) if self.may_match(text) else None

    def finditer(
        self, text: str, start: int | None = None, end: int | None = None, *, timeout: float | None = None
    ) -> Iterator[regex.Match[str]]:
        """The matches, as the pattern's own method gives them."""
        if not self.may_match(text):
            return iter(())
        return self.compiled.finditer(text, start, end, timeout=timeout)


_PATTERNS: list[Pattern] = []


def compilable() -> Sequence[Pattern]:
    """All patterns there are."""
    return tuple(_PATTERNS)


class _Literals:
    """The literals of all patterns, and which of them the text looked at last holds: a bit a pattern."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}
        self._patterns = 0
        self._automaton: Any = None
        self._last: tuple[str, int] = ("", 0)

    def add(self, literals: Literals) -> int:
        bit = 1 << self._patterns
        self._patterns += 1
        for literal in literals:
            self._bits[literal] = self._bits.get(literal, 0) | bit
        self._automaton = None
        return bit

    def present(self, text: str) -> int:
        if self._automaton is None:
            self._automaton = self._built()
        elif text is self._last[0]:
            return self._last[1]
        bits = 0
        for value in {value for _, value in self._automaton.iter(folded(text))}:
            bits |= value
        self._last = (text, bits)
        return bits

    def _built(self) -> Any:
        automaton = ahocorasick.Automaton()
        for literal, bits in self._bits.items():
            automaton.add_word(literal, bits)
        automaton.make_automaton()
        return automaton


_ALL = _Literals()
present = _ALL.present
"""Which of all literals a text holds, for `is_among`: cheaper where many patterns are asked about one text."""
