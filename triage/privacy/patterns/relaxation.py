"""A pattern as an expression over bytes that finds something wherever the pattern does, and perhaps elsewhere.

A class of characters becomes the bytes of its members; what looks around, or refers to an earlier group, is left out,
unless it only says what does not stand before or behind the whole; long repetitions lose their bound. Each step lets
more match, never less.
"""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import regex

from triage.privacy.patterns.byte_folding import byte_class, image, is_within

_LONG_EXPRESSION = 12_000
_LONG_BRANCH = 2_000
_MOST_REPEATS = 3
_LEAST_REPEATS = 6

_PRIVATE = 0xF0000
"""Code points that stand for what the parser of `re` does not know; no pattern here has one of its own."""
_ANY_TEXT = chr(_PRIVATE)
_FOREIGN = regex.compile(r"\\L<\w+>|\(\?P=\w+\)|\\[1-9]\d*")
_UNREAD = regex.compile(r"\[:\^?\w+:\]|\{[^{}]*[a-z<>=][^{}]*\}")
"""What `re` reads otherwise than `regex`: named classes, fuzzy matches."""
_NAMED = regex.compile(r"\(\?P<\w+>")
_PROPERTY = regex.compile(r"\\[pP]\{\^?\w+\}")
_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_WORD: r"\w", op.CATEGORY_NOT_WORD: r"\W",
    op.CATEGORY_SPACE: r"\s", op.CATEGORY_NOT_SPACE: r"\S",
}  # fmt: skip
_KNOWN_FLAGS = int(re.IGNORECASE | re.MULTILINE)
"""Those of `re` and `regex` are the same numbers."""
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_LOOKS = (op.AT, op.ASSERT, op.ASSERT_NOT)
_CHARACTER = (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN)
_BEGINNINGS = (op.AT_BEGINNING, op.AT_BEGINNING_STRING)
_ENDS = (op.AT_END, op.AT_END_STRING)
_NO_WORD = r"\W"
_FIRST, _LAST = 0, -1
_ANYTHING = r"[\x00-\xff]*"

Node = tuple[Any, Any]
Nodes = Sequence[Node]
_NOTHING: Node = (None, None)


class _Impossible(Exception):
    """No text matches the part."""


def relaxed(pattern: str, flags: int = 0) -> tuple[Sequence[str], bool]:
    """Expressions of which one at least finds something, and whether `^` is the begin of any line in them.

    None, where they would say nothing. `flags` are those of `regex`.
    """
    prepared = _NAMED.sub("(?:", _FOREIGN.sub(_ANY_TEXT, pattern))
    properties = list(dict.fromkeys(_PROPERTY.findall(prepared)))
    for number, text in enumerate(properties, 1):
        prepared = prepared.replace(text, chr(_PRIVATE + number))
    if flags & ~_KNOWN_FLAGS or _UNREAD.search(prepared):
        return (), False
    try:
        parsed = parser.parse(prepared, flags & _KNOWN_FLAGS)
    except (re.error, OverflowError):
        return (), False
    by_line = bool(parsed.state.flags & re.MULTILINE)
    if parsed.state.flags & ~(_KNOWN_FLAGS | re.UNICODE):
        return (), False
    return _bounded(parsed, properties, bool(parsed.state.flags & re.IGNORECASE), by_line), by_line


def _bounded(parsed: Nodes, properties: Sequence[str], case: bool, by_line: bool) -> Sequence[str]:
    for longest in (sys.maxsize, _LONG_BRANCH):
        try:
            found = list(_Relaxer(properties, by_line, longest).alternatives(parsed, case))
        except NotImplementedError:
            break
        if all(len(one) <= _LONG_EXPRESSION for one in found):
            return found if all(one.strip("()?:") for one in found) else ()
    return ()


class _Relaxer:
    """The parts of one pattern; `longest` is the length from which a branch inside is taken for any text."""

    def __init__(self, properties: Sequence[str], by_line: bool, longest: int) -> None:
        self.by_line = by_line
        self._properties, self._longest = properties, longest

    def alternatives(self, nodes: Nodes, case: bool, before: str = "", behind: str = "") -> Iterator[str]:
        """A pattern's expressions: its own alternatives apart, as many together as an expression may hold."""
        kept, first = (nodes, before) if before else self._trimmed(nodes, case, _FIRST)
        kept, last = (kept, behind) if behind else self._trimmed(kept, case, _LAST)
        kind, value = kept[0] if len(kept) == 1 else _NOTHING
        if kind is op.SUBPATTERN:
            yield from self.alternatives(value[3], _case(value, case), first, last)
        elif kind is op.BRANCH:
            parts = [part for branch in value[1] for part in self.alternatives(branch, case, first, last)]
            yield from _joined(parts)
        else:
            with suppress(_Impossible):
                yield first + self.outer(kept, case, not first, not last) + last

    def outer(self, nodes: Nodes, case: bool, left: bool = True, right: bool = True) -> str:
        """A sequence at the pattern's left or right edge, where what may be empty decides nothing."""
        kept, before = self._trimmed(nodes, case, _FIRST) if left else (nodes, "")
        kept, behind = self._trimmed(kept, case, _LAST) if right else (kept, "")
        last = len(kept) - 1
        parts = (
            self._edge(*node, case, left and n == 0 and not before, right and n == last and not behind)
            for n, node in enumerate(kept)
        )
        return "".join([before, *parts, behind])

    def _trimmed(self, nodes: Nodes, case: bool, end: int) -> tuple[Nodes, str]:
        """Without what may be empty at an end, and what may stand beyond the rest."""
        kept, looks = list(nodes), list[Node]()
        while kept and self._may_be_empty(*kept[end]):
            node = kept.pop(end)
            looks = [*looks, node] if node[0] in _LOOKS else []
        beyond = (self._beyond(*look, kept, case, end) for look in looks)
        return kept, next(filter(None, beyond), "") if kept else ""

    def _beyond(self, kind: Any, value: Any, kept: Nodes, case: bool, end: int) -> str:
        """What an assertion at an end lets stand beyond it; empty where that cannot be told."""
        edge, same = ("^", _BEGINNINGS) if end == _FIRST else ("$", _ENDS)
        if kind is op.AT and value in same:
            return edge
        if kind is op.AT and value is op.AT_BOUNDARY and self._ends_in_word(kept, case, end):
            return f"(?:{edge}|{byte_class(image(_NO_WORD, False))})"
        if kind is not op.ASSERT_NOT or value[0] != (-1 if end == _FIRST else 1) or len(value[1]) != 1:
            return ""
        inner, what = value[1][0]
        taken = image(f"(?!{self._source(inner, what)})[\\s\\S]", case) if inner in _CHARACTER else None
        return f"(?:{edge}|{byte_class(taken)})" if taken else ""

    def _ends_in_word(self, nodes: Nodes, case: bool, end: int) -> bool:
        """Whether the character at an end of all that a sequence matches is one of a word."""
        rest = [node for node in nodes if node[0] not in _LOOKS]
        if not rest or self._may_be_empty(*rest[end]):
            return False
        kind, value = rest[end]
        if kind in _CHARACTER:
            return is_within(self._source(kind, value), case, r"\w")
        if kind is op.SUBPATTERN:
            return self._ends_in_word(value[3], _case(value, case), end)
        if kind is op.BRANCH:
            return all(self._ends_in_word(branch, case, end) for branch in value[1])
        return kind in _REPEATS and self._ends_in_word(value[2], case, end)

    def _edge(self, kind: Any, value: Any, case: bool, left: bool, right: bool) -> str:
        if not (left or right):
            return self._node(kind, value, case)
        if kind is op.SUBPATTERN:
            return f"(?:{self.outer(value[3], _case(value, case), left, right)})"
        if kind is op.BRANCH:
            text = _either(value[1], lambda branch: self.outer(branch, case, left, right))
            return text if len(text) <= self._longest else ""
        if kind in _REPEATS and left and right and value[0] == 1:
            return f"(?:{self._inner(value[2], case)})"
        if kind in _REPEATS:
            return _times(self._inner(value[2], case), value[0], value[0])
        return self._node(kind, value, case)

    def _inner(self, nodes: Nodes, case: bool) -> str:
        return "".join(self._node(*node, case) for node in nodes)

    def _node(self, kind: Any, value: Any, case: bool) -> str:
        if kind is op.SUBPATTERN:
            return f"(?:{self._inner(value[3], _case(value, case))})"
        if kind is op.BRANCH:
            text = _either(value[1], lambda branch: self._inner(branch, case))
            return text if len(text) <= self._longest else _ANYTHING
        if kind is op.ATOMIC_GROUP:
            return f"(?:{self._inner(value, case)})"
        if kind in _REPEATS:
            least, most, repeated = value
            return self._repeated(repeated, case, least, most)
        if kind in _LOOKS:
            return "^" if value is op.AT_BEGINNING and self.by_line else ""
        if kind is op.LITERAL and value == _PRIVATE:
            return _ANYTHING
        return _class(image(self._source(kind, value), case))

    def _repeated(self, nodes: Nodes, case: bool, least: int, most: Any) -> str:
        try:
            return _times(self._inner(nodes, case), least, most)
        except _Impossible:
            if least:
                raise
            return ""

    def _may_be_empty(self, kind: Any, value: Any) -> bool:
        if kind is op.AT:
            return not (value is op.AT_BEGINNING and self.by_line)
        if kind is op.BRANCH:
            return any(self._all_empty(branch) for branch in value[1])
        if kind in _REPEATS:
            return value[0] == 0 or self._all_empty(value[2])
        if kind is op.SUBPATTERN:
            return self._all_empty(value[3])
        return kind in _LOOKS

    def _all_empty(self, nodes: Nodes) -> bool:
        return all(self._may_be_empty(*node) for node in nodes)

    def _source(self, kind: Any, value: Any) -> str:
        """A part that takes one character, as `regex` writes it."""
        if kind is op.LITERAL:
            return f"[{self._member(kind, value)}]" if value != _PRIVATE else r"[\s\S]"
        if kind is op.NOT_LITERAL:
            return f"[^{self._member(op.LITERAL, value)}]"
        if kind is op.ANY:
            return r"[^\n]"
        if kind is op.IN:
            return f"[{''.join(self._member(*member) for member in value)}]"
        raise NotImplementedError(kind)

    def _member(self, kind: Any, value: Any) -> str:
        if kind is op.NEGATE:
            return "^"
        if kind is op.CATEGORY:
            return str(_CATEGORIES[value])
        if kind is op.RANGE:
            return f"\\U{value[0]:08x}-\\U{value[1]:08x}"
        if value > _PRIVATE:
            return str(self._properties[value - _PRIVATE - 1])
        return f"\\U{value:08x}"


def _case(group: Any, case: bool) -> bool:
    _, added, taken, _ = group
    if (added | taken) & ~re.IGNORECASE:
        raise NotImplementedError
    return (case or bool(added & re.IGNORECASE)) and not taken & re.IGNORECASE


def _joined(parts: Sequence[str]) -> Iterator[str]:
    held: list[str] = []
    for part in parts:
        if held and sum(map(len, held)) + len(part) > _LONG_BRANCH:
            yield "|".join(held)
            held = []
        held.append(part)
    if held:
        yield "|".join(held)


def _either(branches: Iterable[Nodes], said: Callable[[Nodes], str]) -> str:
    parts = []
    for branch in branches:
        try:
            parts.append(said(branch))
        except _Impossible:
            continue
    if not parts:
        raise _Impossible
    return f"(?:{'|'.join(dict.fromkeys(parts))})"


def _times(part: str, least: int, most: Any) -> str:
    if not part or least == most == 1:
        return part
    least = min(least, _LEAST_REPEATS)
    many = most is op.MAXREPEAT or most > max(least, _MOST_REPEATS)
    return f"(?:{part}){{{least},{'' if many else most}}}"


def _class(taken: frozenset[int]) -> str:
    if not taken:
        raise _Impossible
    return byte_class(taken)
