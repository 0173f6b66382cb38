"""Values that go on over a line's end, where a mail program wrapped the text: read once more with the lines joined.

A soft line end is a blank (in a number in groups, in a street) or nothing (in an address, behind a hyphen). Only places
that look like such a one are joined, each in a stretch of its own, so that ordinary text costs a look at its line ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from triage.privacy.detection.spans import Span
from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.recognizers.common.base import Wrap
from triage.privacy.recognizers.phone import is_announced
from triage.privacy.recognizers.street_address import is_way

SURE: dict[Wrap, float] = {"number": 0.75, "code": 0.75, "address": 0.6, "street": 0.7}
"""The least confidence of a finding over a line's end."""
_AROUND_CHARS = 120
_CODE_CHARS = 12
_NUMBER = regex.compile(r"(?<=\d[A-Za-z0-9 .\-/()]{0,8})\n(?=[A-Za-z0-9 .\-/()]{0,8}\d)")
_DIGIT = regex.compile(r"\d")
_REACH = 10
"""Within how many characters from a line end on _NUMBER needs a digit, the line end among them."""
_END = regex.compile(r"\n")
_COUNT = regex.compile(r"\n[ ]?(?:(?:\d{1,3}|(?:19|20)\d\d)[ ]\p{L}|\d{4,6}[ ]\p{Lu})")
_ITEM = regex.compile(r"\n[ ]?\d{1,2}[.)](?:[ ]|$)")
_POSTCODE = regex.compile(r"[ ]?\d{5}$")
_PHONE = regex.compile(r"[ ]?(?:\+|\(?0)")
_LETTER = regex.compile(r"\p{L}")
_LAST = regex.compile(r"(?r)[^\s>\"'|]{1,200}$")
"""Read backwards: what stands far before the line end need not be looked at."""
_FIRST = regex.compile(r"[^\s<>\"'|]{1,200}")
_ADDRESS_SIGNS = ("@", "://", "www")
_LOCAL_PART = regex.compile(r"(?:^|[<(:])[\w.+\-]*[_+\-]$|(?:<|mailto:)[\w.+\-]*\.$")
_DOMAIN = regex.compile(r"@[\w\-]{1,63}(?:\.[\w\-]{1,63})*\.[A-Za-z]{2,24}")
_WEB = regex.compile(r"://\S|^[(\[]?www\d?\.\S")
_WEB_REST = regex.compile(r"[/?&=%]?[\p{L}\p{N}%]")
_GOES_ON = "-_/=&?%#~+"
_OF_WEB = regex.compile(r"[/=&?%#~_]|\p{L}\d|\d\p{L}|\p{Ll}\.\p{Ll}")
_MIXED = regex.compile(r"\p{L}\d|\d(?!st\b|nd\b|rd\b|th\b)\p{L}")
_WORDS = regex.compile(r"\p{L}+")
_HOUSE = regex.compile(r"\d{1,4}[ ]?[A-Za-z]?(?![\w:%]|[.,]\d)")
_HOUSE_BEFORE = regex.compile(r"\b\d{1,5}[A-Za-z]?,?(?:[ ][\p{L}'.\-]{1,30}){1,4}$")


@dataclass(frozen=True, slots=True)
class Joined:
    """A stretch of a paragraph with some of its line ends replaced by a blank, or left out."""

    text: str
    start: int
    """Where it begins in the paragraph."""
    ends: tuple[int, ...]
    """The places of these line ends in the paragraph, in order."""
    wrap: Wrap
    is_blank: bool
    """Whether a blank stands for each of them."""

    def crossing(self, span: Span) -> Span | None:
        """A span of `text` as one of the paragraph; None where it goes on over none of the line ends."""
        found = Span(self._source(span.start), self._source(span.end - 1) + 1, span.entity, span.score)
        return found if any(found.start < at < found.end - 1 for at in self.ends) else None

    def _source(self, position: int) -> int:
        place = self.start + position
        for at in () if self.is_blank else self.ends:
            place += at <= place
        return place


def joined(text: str, language: str) -> Iterator[Joined]:
    """The stretches of a folded paragraph in which a value may go on over a line's end."""
    ends = [match.start() for match in _END.finditer(text)]
    for run in _runs(text, [at for at in ends if _is_in_number(text, at)]):
        if all(_parts_entries(text, at) for at in run):
            continue  # `is_one_value` would drop whatever is found
        yield _stretch(text, run, "number", is_blank=True)
        yield _stretch(text, run, "number", is_blank=False)
    streets = []
    may_hold_address = any(sign in text for sign in _ADDRESS_SIGNS)
    for at in ends:
        if may_hold_address and _is_address(text, at, language):
            yield _stretch(text, (at,), "address", is_blank=False)
        elif _is_street(text, at):
            streets.append(at)
        elif _is_code(text, at):
            yield _stretch(text, (at,), "code", is_blank=False)
    for run in _runs(text, streets):
        yield _stretch(text, run, "street", is_blank=True)


def is_one_value(text: str, span: Span, wrap: Wrap, found: Sequence[Span]) -> bool:
    """Whether a span over line ends is new, and holds one value.

    `found` are the findings in the text as it stands. Where one of the entity goes on over the line's end, nothing is
    new. A number in groups is in question besides: see `_is_one_number`.
    """
    same = [each for each in found if each.entity == span.entity]
    for match in _END.finditer(text, span.start, span.end):
        if any(each.start < match.start() < each.end - 1 for each in same):
            return False
        if wrap == "number" and not _is_one_number(text, span, match.start(), same):
            return False
    return True


def _is_one_number(text: str, span: Span, at: int, same: Sequence[Span]) -> bool:
    """Whether the line end at `at` lies inside one number.

    Not where a number found before ends there, and the next line begins with another (`030 901820`, `030 901821`) or
    with a number and its word (`12 chairs`), nor before a list's `3.`, behind what may be a postcode, or between lines
    of numbers only, as in a table. A phone number begins like one, or behind a word for it.
    """
    if _parts_entries(text, at) or _POSTCODE.match(text, span.start, at):
        return False
    left = any(each.start < at <= each.end + 1 and each.score >= SURE["number"] for each in same)
    right = any(at < each.end and each.start <= at + 2 for each in same)
    if left and (right or _COUNT.match(text, at)):
        return False
    if span.entity != "PHONE_NUMBER":
        return True
    return (_PHONE.match(text, span.start) is not None or is_announced(text, span.start)) and text[at + 1] not in "(+"


def _parts_entries(text: str, at: int) -> bool:
    """Whether a line end stands before a list's `3.`, or between lines of numbers only."""
    end = text.find("\n", at + 1)
    lines = text[text.rfind("\n", 0, at) + 1 : end if end >= 0 else None]
    return _ITEM.match(text, at) is not None or _LETTER.search(lines) is None


def _runs(text: str, ends: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Line ends of lines that follow each other together, because a value may go on over more than one."""
    run: list[int] = []
    for at in ends:
        if run and text.find("\n", run[-1] + 1) != at:
            yield tuple(run)
            run = []
        run.append(at)
    if run:
        yield tuple(run)


def _stretch(text: str, ends: tuple[int, ...], wrap: Wrap, *, is_blank: bool) -> Joined:
    start, end = max(0, ends[0] - _AROUND_CHARS), ends[-1] + 1 + _AROUND_CHARS
    pieces, position = [], start
    for at in ends:
        pieces.append(text[position:at])
        position = at + 1
    pieces.append(text[position:end])
    return Joined((" " if is_blank else "").join(pieces), start, ends, wrap, is_blank)


def _is_in_number(text: str, at: int) -> bool:
    """Whether digits stand on both sides of a line end. The cheap test comes first: most lines begin with no digit."""
    return _DIGIT.search(text, at, at + _REACH) is not None and _NUMBER.match(text, at) is not None


def _is_code(text: str, at: int) -> bool:
    """Whether a code with digits goes on behind its hyphen, slash or point."""
    if text[max(0, at - 1) : at] not in "-/_." or not text[at + 1 : at + 2].isalnum():
        return False
    return any(map(str.isdigit, text[max(0, at - _CODE_CHARS) : at] + text[at + 1 : at + 1 + _CODE_CHARS]))


def _around(text: str, at: int) -> tuple[str, str]:
    """What stands before and after a line end."""
    return text[max(0, at - _AROUND_CHARS) : at], text[at + 1 : at + 1 + _AROUND_CHARS]


def _is_address(text: str, at: int, language: str) -> bool:
    """Whether a mail address or a web address goes on.

    Every form has one of _ADDRESS_SIGNS before the line end, or `@` behind it: `_is_mail` and `_is_web` see no others.
    """
    before, after = _around(text, at)
    if "@" not in after and not any(sign in before for sign in _ADDRESS_SIGNS):
        return False
    last, first = _LAST.search(before), _FIRST.match(after)
    if last is None or first is None:
        return False
    return _is_mail(last.group(), first.group()) or _is_web(last.group(), first.group(), language)


def _is_mail(last: str, first: str) -> bool:
    """`anna@hof` and `.example`, `anna` and `@hof.example`, `<anna.` and `quist@hof.example`."""
    if "://" in last or "/" in first.partition("@")[0]:
        return False
    if "@" in last:
        return _DOMAIN.search(last) is None and _DOMAIN.match(f"@{last.partition('@')[2]}{first}") is not None
    if first.startswith("@"):
        return last[-1].isalnum() and _DOMAIN.match(first) is not None
    return _LOCAL_PART.search(last) is not None and _DOMAIN.search(first) is not None


def _is_web(last: str, first: str, language: str) -> bool:
    """Whether a web address goes on: with what only addresses have, or behind its signs with no ordinary word."""
    if not _WEB.search(last) or last[-1] in ",;:!?)>]":
        return False
    if not _WEB_REST.match(first) or "\\" in first:
        return False
    if not first[0].isalnum() or (last[-1] in _GOES_ON and first[0].isdigit()):
        return True
    if last[-1] in _GOES_ON and _MIXED.search(first):
        return True
    words = _WORDS.findall(first)
    if all(len(word) < 2 or kind(word, language) is Kind.ORDINARY for word in words):
        return last[-1] in "-_=&?%" and bool(words)
    return last[-1] in _GOES_ON or _OF_WEB.search(first) is not None


def _is_street(text: str, at: int) -> bool:
    """`Bahnhofstraße` and `12`, `12 Main` and `Street`."""
    initial = text[at + 1 : at + 2]
    if not initial.isupper() and not initial.isdecimal():
        return False
    before, after = _around(text, at)
    if _HOUSE.match(after):
        last = _LAST.search(before)
        return last is not None and is_way(last.group().rstrip("."))
    first = _FIRST.match(after)
    if first is None or not initial.isupper() or not is_way(first.group().rstrip(".,;")):
        return False
    return _LAST.search(before) is not None and _HOUSE_BEFORE.search(before) is not None
