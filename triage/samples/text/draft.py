"""Text with the spans of its personal data: builders that keep the spans right while text moves."""

from __future__ import annotations

from typing import NamedTuple

Mark = tuple[int, int, str]
"""Start, end, entity."""


class Fragment(NamedTuple):
    """Finished text with its marks, ordered by start, none across a line end."""

    text: str
    marks: tuple[Mark, ...] = ()


class Draft:
    """Text under construction."""

    __slots__ = ("parts", "length", "marks")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.marks: list[Mark] = []

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def mark(self, text: str, entity: str) -> None:
        """Add personal data."""
        end = self.length + len(text)
        self.marks.append((self.length, end, entity))
        self.parts.append(text)
        self.length = end

    def extend(self, fragment: Fragment) -> None:
        shift = self.length
        for start, end, entity in fragment.marks:
            self.marks.append((start + shift, end + shift, entity))
        self.add(fragment.text)

    def freeze(self) -> Fragment:
        return Fragment("".join(self.parts), tuple(self.marks))


def prefixed(fragment: Fragment, prefix: str) -> Fragment:
    """Every line behind `prefix`, as a quote."""
    text, width = fragment.text, len(prefix)
    marks: list[Mark] = []
    seen, shift = 0, width
    for start, end, entity in fragment.marks:
        shift += width * text.count("\n", seen, start)
        seen = start
        marks.append((start + shift, end + shift, entity))
    return Fragment(prefix + text.replace("\n", "\n" + prefix), tuple(marks))


def wrapped(fragment: Fragment, width: int = 72) -> Fragment:
    """Long lines broken at spaces outside of marks. A break takes the space's place, so marks stay right."""
    text, marks = fragment
    covered = bytearray(len(text))
    for start, end, _ in marks:
        covered[start:end] = b"\1" * (end - start)
    pieces: list[str] = []
    done = at = 0
    for line in text.split("\n"):
        stop = at + len(line)
        while stop - at > width:
            cut = text.rfind(" ", at + 1, at + width)
            while cut > 0 and covered[cut]:
                cut = text.rfind(" ", at + 1, cut)
            if cut < 0:
                break
            pieces.append(text[done:cut])
            done = at = cut + 1
        at = stop + 1
    pieces.append(text[done:])
    return Fragment("\n".join(pieces), marks)


def lowered(fragment: Fragment) -> Fragment:
    """All in small letters, unless that would move marks (some letters change their length)."""
    text = fragment.text.lower()
    return Fragment(text, fragment.marks) if len(text) == len(fragment.text) else fragment


def joined(fragments: list[Fragment], separator: str) -> Fragment:
    draft = Draft()
    for index, fragment in enumerate(fragments):
        if index:
            draft.add(separator)
        draft.extend(fragment)
    return draft.freeze()
