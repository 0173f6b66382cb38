"""Replacements of spans in a text, and where positions of the text lie afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Replacement:
    """`text` in the place of the characters [start, end)."""

    start: int
    end: int
    text: str


def replaced(text: str, replacements: Iterable[Replacement]) -> str:
    """`text` with replacements, which are in order and do not overlap, in one pass."""
    pieces, position = [], 0
    for one in replacements:
        pieces += [text[position : one.start], one.text]
        position = one.end
    return "".join([*pieces, text[position:]])


def moved(positions: Iterable[int], replacements: Sequence[Replacement]) -> list[int]:
    """Where ascending positions of a text lie in the replaced one; one inside of a replaced span lies behind it."""
    found, shift, at, covered = [], 0, 0, 0
    for position in positions:
        while at < len(replacements) and replacements[at].start < position:
            one = replacements[at]
            shift += len(one.text) - (one.end - one.start)
            covered = one.end
            at += 1
        found.append(max(position, covered) + shift)
    return found
