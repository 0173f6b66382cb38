"""The syntax tree of a pattern of `regex`, as far as the parser of `re` can read it."""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import regex

Node = tuple[Any, Any]
"""The kind of a part (a constant of `re`) and what the parser says of it."""
Nodes = Sequence[Node]

REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
ASSERTIONS = (op.AT, op.ASSERT, op.ASSERT_NOT)
CHARACTERS = (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN)
"""The parts that take exactly one character."""

_PRIVATE = 0xF0000
"""Code points from here stand for what the parser of `re` does not know; no pattern here has one of its own."""
_ANY_TEXT = chr(_PRIVATE)
_REFERENCE = regex.compile(r"\\L<\w+>|\(\?P=\w+\)|\\[1-9]\d*")
"""Named lists and references to groups."""
_READ_OTHERWISE = regex.compile(r"\[:\^?\w+:\]|\{[^{}]*[a-z<>=][^{}]*\}")
"""What `re` reads otherwise than `regex`: named classes, fuzzy matches."""
_NAMED_GROUP = regex.compile(r"\(\?P<\w+>")
_PROPERTY = regex.compile(r"\\[pP]\{\^?\w+\}")
_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_WORD: r"\w", op.CATEGORY_NOT_WORD: r"\W",
    op.CATEGORY_SPACE: r"\s", op.CATEGORY_NOT_SPACE: r"\S",
}  # fmt: skip
_KNOWN_FLAGS = int(re.IGNORECASE | re.MULTILINE)
"""Those of `re` and `regex` are the same numbers."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """A pattern's parts; `by_line` says that `^` and `$` stand for the begin and end of any line."""

    nodes: Nodes
    ignores_case: bool
    by_line: bool
    properties: Sequence[str]

    def source(self, kind: Any, value: Any) -> str:
        """A part that takes one character, as `regex` writes it. Raises NotImplementedError for any other part."""
        if kind is op.LITERAL:
            return r"[\s\S]" if is_any_text(kind, value) else f"[{self._member(kind, value)}]"
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
            return str(self.properties[value - _PRIVATE - 1])
        return f"\\U{value:08x}"


def parse(pattern: str, flags: int) -> Syntax | None:
    """The tree of a pattern with flags of `regex`; None for one that `re` cannot read, or reads otherwise."""
    prepared = _NAMED_GROUP.sub("(?:", _REFERENCE.sub(_ANY_TEXT, pattern))
    properties = list(dict.fromkeys(_PROPERTY.findall(prepared)))
    for number, text in enumerate(properties, 1):
        prepared = prepared.replace(text, chr(_PRIVATE + number))
    if flags & ~_KNOWN_FLAGS or _READ_OTHERWISE.search(prepared):
        return None
    try:
        parsed = parser.parse(prepared, flags & _KNOWN_FLAGS)
    except (re.error, OverflowError):
        return None
    stated = parsed.state.flags
    if stated & ~(_KNOWN_FLAGS | re.UNICODE):
        return None
    return Syntax(parsed, bool(stated & re.IGNORECASE), bool(stated & re.MULTILINE), properties)


def is_any_text(kind: Any, value: Any) -> bool:
    """Whether a part stands for a named list or a reference, of which nothing is known."""
    return kind is op.LITERAL and value == _PRIVATE


def group_ignores_case(group: Any, outside: bool) -> bool:
    """Whether case counts in a group. Raises NotImplementedError for one that changes other flags."""
    _, added, removed, _ = group
    if (added | removed) & ~re.IGNORECASE:
        raise NotImplementedError
    return (outside or bool(added & re.IGNORECASE)) and not removed & re.IGNORECASE
