"""A pattern as an expression over folded bytes that matches wherever the pattern does, and perhaps elsewhere.

Hyperscan reads neither what looks around or refers back, nor Unicode as `regex` does, nor expressions of any size. Its
own flag for prefilters (HS_FLAG_PREFILTER) helps with the first only: it reads classes of characters by its own tables,
which miss characters that `regex` takes, refuses the longest patterns, and drops what is known of the edges.
"""

from __future__ import annotations

import re._constants as op  # type: ignore[import-not-found]
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from triage.privacy.patterns.byte_folding import byte_class, image
from triage.privacy.patterns.edges import FIRST, LAST, Edges
from triage.privacy.patterns.syntax import (
    ASSERTIONS,
    REPEATS,
    Node,
    Nodes,
    Syntax,
    group_ignores_case,
    is_any_text,
    parse,
)

_LONG_EXPRESSION = 12_000
"""Characters of an expression; Hyperscan refuses one that is much longer."""
_LONG_BRANCH = 2_000
_MOST_REPEATS = 3
_LEAST_REPEATS = 6
_ANYTHING = r"[\x00-\xff]*"
_NOTHING: Node = (None, None)

# Why no match is missed. Where a pattern matches, each of its parts matches a stretch of the text, and the expression
# of
# the part matches the folded stretch:
# - one character: its byte is in the image of the part's characters (triage.privacy.patterns.byte_folding);
# - sequences, alternatives and groups: made of their parts' expressions in the same way; atomic groups and possessive
#   repeats match a subset of what the plain ones do;
# - repeats: the bounds are widened, from below to at most _LEAST_REPEATS, from above to any number;
# - assertions take no characters and become nothing; references and named lists become any text;
# - a branch that is too long becomes any text, or at an edge nothing;
# - at the edges of the whole pattern less is asked for, as triage.privacy.patterns.edges says.
# The test compares with a plain search: whatever `regex` finds, the prefilter must let through.


class _Impossible(Exception):
    """No text matches the part."""


def relaxed(pattern: str, flags: int = 0) -> tuple[Sequence[str], bool]:
    """Expressions of which at least one matches, and whether `^` is the begin of any line in them.

    No expressions where they would match every text, or where the pattern cannot be read. `flags` are those of `regex`.
    """
    syntax = parse(pattern, flags)
    return (_of_bounded_size(syntax), syntax.by_line) if syntax else ((), False)


def _of_bounded_size(syntax: Syntax) -> Sequence[str]:
    for longest_branch in (sys.maxsize, _LONG_BRANCH):
        try:
            relaxer = _Relaxer(syntax, longest_branch)
            expressions = list(relaxer.alternatives(syntax.nodes, syntax.ignores_case))
        except NotImplementedError:
            break
        if all(len(one) <= _LONG_EXPRESSION for one in expressions):
            return expressions if all(one.strip("()?:") for one in expressions) else ()
    return ()


class _Relaxer:
    """Writes the parts of one pattern; a branch longer than `longest_branch` stands for any text."""

    def __init__(self, syntax: Syntax, longest_branch: int) -> None:
        self._syntax, self._longest_branch = syntax, longest_branch
        self._edges = Edges(syntax)

    def alternatives(self, nodes: Nodes, case: bool, before: str = "", behind: str = "") -> Iterator[str]:
        """A pattern's expressions: its own alternatives apart, as many together as an expression may hold."""
        rest, first = (nodes, before) if before else self._edges.trim(nodes, case, FIRST)
        rest, last = (rest, behind) if behind else self._edges.trim(rest, case, LAST)
        kind, value = rest[0] if len(rest) == 1 else _NOTHING
        if kind is op.SUBPATTERN:
            yield from self.alternatives(value[3], group_ignores_case(value, case), first, last)
        elif kind is op.BRANCH:
            parts = [part for branch in value[1] for part in self.alternatives(branch, case, first, last)]
            yield from _joined(parts)
        else:
            with suppress(_Impossible):
                yield first + self._outer(rest, case, not first, not last) + last

    def _outer(self, nodes: Nodes, case: bool, left: bool, right: bool) -> str:
        """A sequence at the pattern's left or right edge, or both."""
        rest, before = self._edges.trim(nodes, case, FIRST) if left else (nodes, "")
        rest, behind = self._edges.trim(rest, case, LAST) if right else (rest, "")
        last = len(rest) - 1
        parts = (
            self._edge(*node, case, left and n == 0 and not before, right and n == last and not behind)
            for n, node in enumerate(rest)
        )
        return "".join([before, *parts, behind])

    def _edge(self, kind: Any, value: Any, case: bool, left: bool, right: bool) -> str:
        if not (left or right):
            return self._node(kind, value, case)
        if kind is op.SUBPATTERN:
            return f"(?:{self._outer(value[3], group_ignores_case(value, case), left, right)})"
        if kind is op.BRANCH:
            text = _any_of(value[1], lambda branch: self._outer(branch, case, left, right))
            return text if len(text) <= self._longest_branch else ""
        if kind in REPEATS and left and right and value[0] == 1:
            return f"(?:{self._inner(value[2], case)})"
        if kind in REPEATS:  # as often as it must stand: more of it would be beyond the edge
            return _times(self._inner(value[2], case), value[0], value[0])
        return self._node(kind, value, case)

    def _inner(self, nodes: Nodes, case: bool) -> str:
        return "".join(self._node(*node, case) for node in nodes)

    def _node(self, kind: Any, value: Any, case: bool) -> str:
        if kind is op.SUBPATTERN:
            return f"(?:{self._inner(value[3], group_ignores_case(value, case))})"
        if kind is op.BRANCH:
            text = _any_of(value[1], lambda branch: self._inner(branch, case))
            return text if len(text) <= self._longest_branch else _ANYTHING
        if kind is op.ATOMIC_GROUP:
            return f"(?:{self._inner(value, case)})"
        if kind in REPEATS:
            least, most, repeated = value
            return self._repeated(repeated, case, least, most)
        if kind in ASSERTIONS:
            return "^" if value is op.AT_BEGINNING and self._syntax.by_line else ""
        if is_any_text(kind, value):
            return _ANYTHING
        return _class(image(self._syntax.source(kind, value), case))

    def _repeated(self, nodes: Nodes, case: bool, least: int, most: Any) -> str:
        try:
            return _times(self._inner(nodes, case), least, most)
        except _Impossible:
            if least:
                raise
            return ""


def _joined(parts: Sequence[str]) -> Iterator[str]:
    """The parts as alternatives of few expressions."""
    together: list[str] = []
    for part in parts:
        if together and sum(map(len, together)) + len(part) > _LONG_BRANCH:
            yield "|".join(together)
            together = []
        together.append(part)
    if together:
        yield "|".join(together)


def _any_of(branches: Iterable[Nodes], written: Callable[[Nodes], str]) -> str:
    """The branches that can match, as one group."""
    parts = []
    for branch in branches:
        with suppress(_Impossible):
            parts.append(written(branch))
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
