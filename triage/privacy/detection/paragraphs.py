"""A text as paragraphs without quote marks, so that the same words are read once wherever they are quoted."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from triage.privacy.detection.spans import Span

PIECE_CHARS = 4_000
OVERLAP_CHARS = 400
_LINE = re.compile(r"(?P<quote>[ \t]*(?:(?:[>|:]|&gt;)[ \t]?)*[ \t]*)(?P<text>[^\n]*)(?:\n|$)")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines without their quote marks, and where each began in the text that they come from."""

    text: str
    starts: tuple[int, ...]
    sources: tuple[int, ...]

    def located(self, span: Span) -> Span:
        """A span of this paragraph as a span of the whole text, quote marks between its lines included."""
        return Span(self._source(span.start), self._source(span.end - 1) + 1, span.entity, span.score)

    def _source(self, position: int) -> int:
        line = bisect_right(self.starts, position) - 1
        return self.sources[line] + position - self.starts[line]


def paragraphs(text: str) -> Iterator[Paragraph]:
    """All non-blank lines of a text in paragraphs; one longer than PIECE_CHARS comes in overlapping pieces."""
    lines: list[tuple[int, str]] = []
    for match in _LINE.finditer(text):
        if match.group("text").strip():
            lines.append((match.start("text"), match.group("text").rstrip()))
        elif lines:
            yield from _pieces(lines)
            lines = []
    if lines:
        yield from _pieces(lines)


def _pieces(lines: list[tuple[int, str]]) -> Iterator[Paragraph]:
    chunk: list[tuple[int, str]] = []
    size = 0
    for start, line in _bounded(lines):
        if chunk and size + len(line) + 1 > PIECE_CHARS:
            yield _paragraph(chunk)
            chunk, size = _tail(chunk)
        chunk.append((start, line))
        size += len(line) + 1
    yield _paragraph(chunk)


def _tail(chunk: list[tuple[int, str]]) -> tuple[list[tuple[int, str]], int]:
    """The last lines, repeated at the head of the next piece, so that no span is lost at the cut."""
    kept: list[tuple[int, str]] = []
    size = 0
    for start, line in reversed(chunk):
        if size + len(line) > OVERLAP_CHARS:
            break
        kept.insert(0, (start, line))
        size += len(line) + 1
    return kept, size


def _bounded(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Lines of at most PIECE_CHARS / 2; a longer one is cut into parts that overlap."""
    width = PIECE_CHARS // 2
    for start, line in lines:
        if len(line) <= width:
            yield start, line
            continue
        for offset in range(0, len(line) - OVERLAP_CHARS, width - OVERLAP_CHARS):
            yield start + offset, line[offset : offset + width]


def _paragraph(lines: list[tuple[int, str]]) -> Paragraph:
    starts, position = [], 0
    for _, line in lines:
        starts.append(position)
        position += len(line) + 1
    return Paragraph("\n".join(line for _, line in lines), tuple(starts), tuple(start for start, _ in lines))
