"""The edges of a pattern: what may be left out there, and what an assertion there says of the character beyond."""

from __future__ import annotations

import re._constants as op  # type: ignore[import-not-found]
from typing import Any

from triage.privacy.patterns.byte_folding import byte_class, image, is_within
from triage.privacy.patterns.syntax import (
    ASSERTIONS,
    CHARACTERS,
    REPEATS,
    Node,
    Nodes,
    Syntax,
    group_ignores_case,
)

FIRST, LAST = 0, -1
"""The two ends of a sequence, as an index of its parts."""
_BEGINNINGS = (op.AT_BEGINNING, op.AT_BEGINNING_STRING)
_ENDS = (op.AT_END, op.AT_END_STRING)
_NO_WORD = r"\W"


class Edges:
    """The edges of one pattern's sequences."""

    # A search looks for a match anywhere. So at an edge of the whole pattern a part that may be empty decides nothing:
    # where the pattern matches, the rest matches inside the match. An assertion at an edge may be empty as well, and is
    # left out, unless it stands directly beside the rest and speaks of the one character beyond it. Then that
    # character,
    # or the edge of the text, is asked for instead. Of `(?<![a-z])` that is a character that is none of a-z: the image
    # of the complement, because the complement of the image would leave out bytes that stand for both.

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax

    def trim(self, nodes: Nodes, ignores_case: bool, end: int) -> tuple[Nodes, str]:
        """Without the parts that may be empty at an end, and the expression of what may stand beyond the rest."""
        rest, beside = list(nodes), list[Node]()
        while rest and self.may_be_empty(*rest[end]):
            node = rest.pop(end)
            beside = [*beside, node] if node[0] in ASSERTIONS else []
        beyond = (self._beyond(*assertion, rest, ignores_case, end) for assertion in beside)
        return rest, next(filter(None, beyond), "") if rest else ""

    def _beyond(self, kind: Any, value: Any, rest: Nodes, ignores_case: bool, end: int) -> str:
        """What an assertion at an end lets stand beyond the rest; empty where it does not say."""
        edge, same = ("^", _BEGINNINGS) if end == FIRST else ("$", _ENDS)
        if kind is op.AT and value in same:
            return edge
        if kind is op.AT and value is op.AT_BOUNDARY and self._ends_in_word(rest, ignores_case, end):
            return f"(?:{edge}|{byte_class(image(_NO_WORD, False))})"
        if kind is not op.ASSERT_NOT or value[0] != (-1 if end == FIRST else 1) or len(value[1]) != 1:
            return ""
        inner, what = value[1][0]
        if inner not in CHARACTERS:
            return ""
        others = image(f"(?!{self._syntax.source(inner, what)})[\\s\\S]", ignores_case)
        return f"(?:{edge}|{byte_class(others)})" if others else ""

    def _ends_in_word(self, nodes: Nodes, ignores_case: bool, end: int) -> bool:
        """Whether the character at an end of all that a sequence matches is one of a word."""
        rest = [node for node in nodes if node[0] not in ASSERTIONS]
        if not rest or self.may_be_empty(*rest[end]):
            return False
        kind, value = rest[end]
        if kind in CHARACTERS:
            return is_within(self._syntax.source(kind, value), ignores_case, r"\w")
        if kind is op.SUBPATTERN:
            return self._ends_in_word(value[3], group_ignores_case(value, ignores_case), end)
        if kind is op.BRANCH:
            return all(self._ends_in_word(branch, ignores_case, end) for branch in value[1])
        return kind in REPEATS and self._ends_in_word(value[2], ignores_case, end)

    def may_be_empty(self, kind: Any, value: Any) -> bool:
        """Whether a part can match without a character; the begin of a line counts as something."""
        if kind is op.AT:
            return not (value is op.AT_BEGINNING and self._syntax.by_line)
        if kind is op.BRANCH:
            return any(self._all_may_be_empty(branch) for branch in value[1])
        if kind in REPEATS:
            return value[0] == 0 or self._all_may_be_empty(value[2])
        if kind is op.SUBPATTERN:
            return self._all_may_be_empty(value[3])
        return kind in ASSERTIONS

    def _all_may_be_empty(self, nodes: Nodes) -> bool:
        return all(self.may_be_empty(*node) for node in nodes)
