"""Splits a mail's text into its zones.

Line by line in linear time: header blocks and attributions first, which say what is quoted; then, in each run of lines
of one author, the disclaimers anywhere and the signature at its end. Nothing is thrown away, every character is in a
zone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Literal

from triage.mail.subjects import is_forward
from triage.mail.zones.headers import mark_headers
from triage.mail.zones.lines import Kind, Line, lines_of
from triage.mail.zones.tails import mark_tail

__all__ = ["Kind", "Zone", "zone_at", "zones"]


@dataclass(frozen=True, slots=True)
class Zone:
    """Characters [start, end) of one kind; line ends and blank lines belong to what is before them."""

    start: int
    end: int
    kind: Kind


def zones(text: str, subject: str = "") -> list[Zone]:
    """The zones of a text in order, without gaps or overlap, neighbours of different kinds; none for an empty text.

    The subject says whether a header block without a separator, as Outlook writes it, opens a forwarded mail.
    """
    lines = lines_of(text)
    mark_headers(lines)
    _mark_quotes(lines, forwards=is_forward(subject))
    for segment in _segments(lines):
        mark_tail(segment)
    return list(_joined(lines))


def zone_at(found: Sequence[Zone], position: int) -> Kind:
    """The kind of the zone that holds a position, by bisection; `newest` outside of all."""
    index = bisect_right(found, position, key=attrgetter("start")) - 1
    return found[index].kind if index >= 0 and position < found[index].end else "newest"


def _mark_quotes(lines: Sequence[Line], *, forwards: bool) -> None:
    """Marks what is quoted: by quote marks, or because it follows a header block at the same depth.

    What a forwarded mail quotes is forwarded, too.
    """
    quoted_from: int | None = None
    kind: Literal["quoted", "forwarded"] = "quoted"
    for line in lines:
        if quoted_from is not None and line.depth < quoted_from and not line.is_blank:
            quoted_from, kind = None, "quoted"
        if line.kind == "header":
            if line.opens and quoted_from is None:
                quoted_from = line.depth
                kind = "forwarded" if line.opens == "forwarded" or (forwards and line.opens == "block") else "quoted"
        elif line.depth or quoted_from is not None:
            line.quoted_as = kind


def _segments(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Runs of lines by one author: between header lines, at one depth."""
    for is_header, run in groupby(lines, lambda line: line.kind == "header"):
        if not is_header:
            yield from _at_one_depth(list(run))


def _at_one_depth(lines: Sequence[Line]) -> Iterator[list[Line]]:
    segment: list[Line] = []
    for line in lines:
        if segment and not line.is_blank and line.depth != segment[0].depth:
            yield segment
            segment = []
        if segment or not line.is_blank:
            segment.append(line)
    if segment:
        yield segment


def _joined(lines: Sequence[Line]) -> Iterator[Zone]:
    """Zones of the lines; blank ones go with what is before them, or at the head with what follows."""
    kinds = _kinds(lines)
    start = 0
    for i, line in enumerate(lines):
        if i + 1 == len(lines) or kinds[i + 1] != kinds[i]:
            yield Zone(start, line.end, kinds[i])
            start = line.end


def _kinds(lines: Sequence[Line]) -> list[Kind]:
    kinds: list[Kind | None] = []
    for line in lines:
        own: Kind = line.kind or line.quoted_as or "newest"
        kinds.append((kinds[-1] if kinds else None) if line.is_blank else own)
    first: Kind = next((kind for kind in kinds if kind), "newest")
    return [kind or first for kind in kinds]
