"""Findings of personal data as character ranges, and how overlapping ones become one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from triage.privacy.folding import Folded
from triage.privacy.pseudonyms.tokens import TOKEN

_REPEATED = frozenset(
    {
        "EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "NATIONAL_ID", "PASSPORT",
        "DRIVER_LICENSE", "ACCOUNT_NUMBER", "SECRET",
    }
)  # fmt: skip
_PLACES = frozenset({"STREET_ADDRESS", "LOCATION", "ORGANIZATION"})
_SHORTEST_REPEATED = 7
_MOST_REPEATED = 200


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters [start, end) that hold an entity, with the recognizer's confidence from 0 to 1."""

    start: int
    end: int
    entity: str
    score: float = 1.0

    def shifted(self, by: int) -> Span:
        """The same finding in a text that has `by` more characters before it."""
        return replace(self, start=self.start + by, end=self.end + by)


def located(spans: Iterable[Span], folded: Folded) -> list[Span]:
    """Spans of a folded text as spans of the text that it was made of, merged: two may hold parts of one character."""
    return merge(Span(*folded.located(span.start, span.end), span.entity, span.score) for span in spans)


def in_folded(spans: Iterable[Span], folded: Folded) -> list[Span]:
    """Spans of a text as spans of its folded one."""
    return [Span(*folded.placed(span.start, span.end), span.entity, span.score) for span in spans]


def merge(spans: Iterable[Span]) -> list[Span]:
    """Spans in order and without overlap that cover every character that any given one covers.

    Where two overlap the surer one names the entity, then the longer one. A person and a place that share some
    characters, as where a name's last line was taken for the first of an address, stay two, and what both cover
    belongs to the surer one.

    Spans come by their start, yet the last one merged may begin behind it: where an overlap was parted, what stands
    before that place is covered by the one before. A span is cut to begin there, or it would overlap that one.
    """
    merged: list[Span] = []
    for span in sorted(spans):
        if not merged or span.start >= merged[-1].end:
            merged.append(span)
        elif span.end > merged[-1].start:
            rest = replace(span, start=max(span.start, merged[-1].start))
            merged[-1:] = _parted(merged[-1], rest) if _are_two(merged[-1], rest) else (_joined(merged[-1], rest),)
    return merged


def _are_two(left: Span, right: Span) -> bool:
    """Whether a person and a place or organization overlap, and neither lies in the other."""
    entities = {left.entity, right.entity}
    is_partial = left.start < right.start and left.end < right.end
    return is_partial and "PERSON" in entities and len(entities & _PLACES) == 1


def _parted(left: Span, right: Span) -> tuple[Span, Span]:
    """Both, without overlap; together they cover what they covered before."""
    if left.score >= right.score:
        return left, replace(right, start=left.end)
    return replace(left, end=right.start), right


def _joined(left: Span, right: Span) -> Span:
    is_left_best = (left.score, left.end - left.start) >= (right.score, right.end - right.start)
    best = left if is_left_best else right
    return Span(min(left.start, right.start), max(left.end, right.end), best.entity, best.score)


def outside_tokens(spans: Iterable[Span], text: str) -> list[Span]:
    """The spans without what lies in pseudonyms of an earlier run, which stay as they are."""
    tokens = [match.span() for match in TOKEN.finditer(text)]
    if not tokens:
        return list(spans)
    return [piece for span in spans for piece in _cut(span, tokens)]


def _cut(span: Span, holes: Sequence[tuple[int, int]]) -> list[Span]:
    pieces, start = [], span.start
    for hole_start, hole_end in holes:
        if hole_end <= start or hole_start >= span.end:
            continue
        pieces.append(replace(span, start=start, end=hole_start))
        start = hole_end
    pieces.append(replace(span, start=start))
    return [piece for piece in pieces if piece.start < piece.end]


def repeated(text: str, values: set[tuple[str, Span]]) -> list[Span]:
    """Other places of a number or address that was found once: it may be announced in one place only."""
    spans = []
    wanted = {v: s for v, s in sorted(values) if s.entity in _REPEATED and len(v) >= _SHORTEST_REPEATED}
    for value in sorted(wanted)[:_MOST_REPEATED]:
        for start in occurrences(value, text):
            spans.append(replace(wanted[value], start=start, end=start + len(value)))
    return spans


def occurrences(value: str, text: str) -> Iterator[int]:
    """Where a value stands in a text, none overlapping the one before."""
    start = text.find(value)
    while start >= 0:
        yield start
        start = text.find(value, start + len(value))
