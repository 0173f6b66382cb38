"""Mentions of known persons in scripts without capitals, where no blank says where a name begins and ends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from triage.mail.structure import structures
from triage.mail.structure.expressions import any_of
from triage.privacy.lexicon.east_asian import LANGUAGES, split_name, surnames
from triage.privacy.lexicon.frequency import zipf

_BLANK = r"[ 　\t]?"
_SCRIPTS = (r"\p{Hangul}", r"\p{Hiragana}", r"[\p{Katakana}ー]", r"[\p{Han}々]")
_PARTICLE = "(?:은|는|이|가|을|를|의|도|와|과|께|에게|한테|께서|이가|이는|이를|야|아)"
_ORDINARY_ZIPF = 4.8
_DISTINCT = 3
"""Letters that are enough for a part of a name to be one wherever it stands."""


def parts_of(name: str) -> tuple[str, ...]:
    """Surname and given name, by the blank between them or by the surnames of the languages; else the name alone."""
    words = tuple(name.replace("　", " ").split())
    if len(words) != 1:
        return words
    language = "ko" if regex.search(r"\p{Hangul}", name) else "zh"
    split = split_name(name, language) or split_name(name, "ja")
    return split if split and split[1] else words


class CaselessNames:
    """The names that one mail knows; `add` adds one by its parts, `find` gives every mention."""

    def __init__(self) -> None:
        self._patterns: dict[tuple[str, ...], regex.Pattern[str]] = {}

    def add(self, parts: tuple[str, ...]) -> None:
        """A name by its surname and given name, or in one part."""
        if parts not in self._patterns:
            mentions = [_BLANK.join(map(regex.escape, parts)), *(form for part in parts for form in _mentions(part))]
            self._patterns[parts] = regex.compile("|".join(mentions), regex.MULTILINE)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a name or a part of one stands: a part inside a longer word of its script does not count."""
        for pattern in self._patterns.values():
            for match in pattern.finditer(text):
                start, end = match.span("part") if match.group("part") else match.span()
                if not _is_end_of_surname(text, start, end):
                    yield start, end


def _is_end_of_surname(text: str, start: int, end: int) -> bool:
    """Whether the letter before makes it another surname: `林` in `小林さん` is not Mr Hayashi."""
    return start > 0 and text[start - 1 : end] in surnames("ja")


def _mentions(part: str) -> Iterator[str]:
    """Expressions of a part alone: before an honorific, as a line, and, if it is no frequent word, as a word."""
    name = f"(?P<part>{regex.escape(part)})"
    yield rf"{name}(?={_BLANK}{_behind()})"
    yield rf"^[> \t　]*{name}{_BLANK}$"
    script = next((each for each in _SCRIPTS if regex.match(each, part)), None)
    if script is None or len(part) < 2 or any(zipf(part, code) >= _ORDINARY_ZIPF for code in LANGUAGES):
        return
    end = rf"(?:{_PARTICLE}?(?!{script}))" if script == _SCRIPTS[0] else rf"(?!{script})"
    yield rf"(?<!{script}){name}" + (rf"(?={end})" if script == _SCRIPTS[0] else end)
    if len(part) >= _DISTINCT and script not in _SCRIPTS[:2]:
        yield name


@cache
def _behind() -> str:
    known = [structures()[code] for code in LANGUAGES]
    return any_of(form for forms in known for form in (*forms.honorifics, *forms.titles))
