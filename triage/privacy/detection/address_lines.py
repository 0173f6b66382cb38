"""Parts of an address in lines of their own: a house number, a postcode, a country; blank lines may part them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import regex

from triage.privacy.detection.spans import Span
from triage.privacy.lexicon.places import country_names
from triage.privacy.recognizers.common.street_parts import COUNTRY, TOWN
from triage.privacy.recognizers.european_address import STREET_NAME

_ENTITY: Final = "STREET_ADDRESS"
_SCORE: Final = 0.45
"""Less than a place's: the country of an address is found as a place where a list knows it."""
_STREET_SCORE: Final = 0.86
_MOST_LINES: Final = 4
_LINE_CHARS: Final = 80
_MARGIN = r"[ \t>|]*"
_NUMBER = r"\d{1,4}(?:[ ]?[A-Za-z])?(?:[ ]?[/\-][ ]?\d{1,4})?"
_CODE = (
    r"(?:[A-Z]{1,3}[\-–])?(?:\d{4}-\d{3}|\d{2}-\d{3}|\d{3}[ ]\d{2}|\d{4}[ ]?[A-Z]{2}|\d{4,6}|"
    r"[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2})"
)
_NEXT = regex.compile(
    rf"{_MARGIN}(?:\n{_MARGIN}){{1,3}}"
    rf"(?P<line>{_CODE}(?:[ ]{TOWN})?|{TOWN},?[ ]{_CODE}|{COUNTRY}|(?P<number>{_NUMBER}))"
    r"[ \t]*,?[ \t]*(?=\n|$)",
    countries=country_names(),
)
_NUMBER_LINE = regex.compile(rf"(?m)^{_MARGIN}(?P<number>{_NUMBER})[ \t]*,?[ \t]*$")
_BEFORE = regex.compile(rf"{STREET_NAME}[ \t]*,?[ \t]*(?:\n{_MARGIN}){{1,3}}$")
_DIGIT = regex.compile(r"\d")


def address_lines(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The lines that go on from an address at its line's end, and a street whose number stands in the next line."""
    for span in spans:
        if span.entity == _ENTITY:
            yield from _following(text, span)
    for match in _NUMBER_LINE.finditer(text):
        yield from _street_before(text, match.span("number"))


def _following(text: str, span: Span) -> Iterator[Span]:
    end, has_number = span.end, _DIGIT.search(text, span.start, span.end) is not None
    for _ in range(_MOST_LINES):
        match = _NEXT.match(text, end + (text[end : end + 1] == ","))
        if not match or (match["number"] and has_number):
            return
        yield Span(*match.span("line"), _ENTITY, _SCORE)
        end, has_number = match.end("line"), True


def _street_before(text: str, number: tuple[int, int]) -> Iterator[Span]:
    """The street of the line before a house number, with the number and what goes on from it."""
    street = _BEFORE.search(text, max(0, number[0] - _LINE_CHARS), number[0])
    if street:
        found = Span(street.start(), number[1], _ENTITY, _STREET_SCORE)
        yield found
        yield from _following(text, found)
