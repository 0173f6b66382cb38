"""A text as detection reads it: one spelling of each letter, space, hyphen and quotation mark, nothing invisible.

Recognizers and the tagger read the folded text. `Folded.located` gives the place in the text as it stands, which is
what is published but for the spans that are replaced.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

_INVISIBLE = r"\p{Default_Ignorable_Code_Point}"
_MARKS = rf"\p{{M}}\u1160-\u11ff\uff9e\uff9f{_INVISIBLE}"
"""What belongs to the character before it: combining marks, vowels and finals of Korean syllables in parts, the
half-width voice marks of Japanese, and what is invisible."""
_FOREIGN = r"[^\x00-\x9f\xa1-\xac\xae-\xff]"
"""What may change: all beyond Latin-1, and its no-break space and soft hyphen."""
_CHANGES = re.compile(_FOREIGN)
_RUN = re.compile(rf"[\s\S]?{_FOREIGN}+")
_UNIT = regex.compile(rf"[^{_MARKS}]?[{_MARKS}]++|{_FOREIGN}")
_HIDDEN = regex.compile(rf"(?:(?!(?<=Ã)\xad){_INVISIBLE})+")
"""But no soft hyphen after `Ã`: that is an `í` in UTF-8 that somebody read as Latin-1, inside a word."""
_SYLLABLE_PART = re.compile(r"[\u1100-\u11ff]")
_DASHES = "‒–—―−⸺"
_NUMBER_DASH = regex.compile(
    rf"(?<=\d)[{_DASHES}](?=[\d(])|(?<=\))[{_DASHES}](?=\d)|(?<=\b0\d{{1,5}}[ ]|\)[ ])[{_DASHES}](?=[ ]\d)"
)
"""A dash between digits, and with blanks after an area code only: `10 – 12` may be a range."""
_SPACES = "\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u2800\u3000"
_LETTER_FORMS = frozenset("wide narrow small font circle compat noBreak initial medial final isolated".split())
_SAME = str.maketrans(
    {
        **dict.fromkeys("\xa0" + _SPACES, " "),
        **dict.fromkeys("\u2028\u2029", "\n"),
        **dict.fromkeys("‘’‚‛ʼ′", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‐‑", "-"),
    }
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and where each of its characters stands in the text that it was made of.

    Recorded are only the characters that changed or have marks, in order: what lies between two of them is a copy.
    `starts` has their places in the folded text, `widths` how many characters they are there (0 for what is left out),
    and `sources` their ranges in the other.
    """

    text: str
    starts: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()
    sources: tuple[tuple[int, int], ...] = ()

    def located(self, start: int, end: int) -> tuple[int, int]:
        """The range of the other text that made [start, end): whole characters, with their marks."""
        if not self.starts or start >= end:
            return start, end
        return self._range(start)[0], self._range(end - 1)[1]

    def placed(self, start: int, end: int) -> tuple[int, int]:
        """The range of this text that was made of [start, end) of the other: the inverse of `located`."""
        if not self.starts or start >= end:
            return start, end
        return self._placed(start)[0], self._placed(end - 1)[1]

    def _placed(self, position: int) -> tuple[int, int]:
        number = bisect_right(self.sources, position, key=lambda source: source[0]) - 1
        if number < 0:
            return position, position + 1
        source_end, after = self.sources[number][1], self.starts[number] + self.widths[number]
        if position < source_end:
            return self.starts[number], after
        return after + position - source_end, after + position - source_end + 1

    def _range(self, position: int) -> tuple[int, int]:
        number = bisect_right(self.starts, position) - 1
        if number < 0:
            return position, position + 1
        start, end = self.sources[number]
        beyond = position - self.starts[number] - self.widths[number]
        return (start, end) if beyond < 0 else (end + beyond, end + beyond + 1)


def fold(text: str) -> Folded:
    """The folded text. Linear in its length, and next to nothing for ASCII; what is folded already stays as it is.

    - Nothing invisible: soft hyphens, zero-width spaces and joiners, marks of direction, variation selectors.
    - Composed letters (NFC), and NFKC for those forms of characters that differ by font, width or place: full-width
      letters and signs, mathematical letters, ligatures, Arabic presentation forms. Latin-1, superscripts and fractions
      stay: `m²`, `nº 7` and `½` are not `m2`, `no 7` and `1/2`.
    - All spaces are blanks, all separators of lines line breaks, all digits those of ASCII.
    - All hyphens are `-`; a dash is one between digits only, because elsewhere it separates clauses and words.
    - All quotation marks and apostrophes are those of ASCII, but for `«` and `»`, which recognizers do not read.
    """
    if text.isascii() or not _CHANGES.search(text):
        return Folded(text)
    pieces = list[str]()
    starts, widths, sources = list[int](), list[int](), list[tuple[int, int]]()
    length = copied = 0
    for unit, start, end in _units(text):
        plain = _plain(unit)
        if plain == unit and len(unit) == 1:
            continue  # one with marks is recorded in any case, so that a range takes all or none of it
        pieces += [text[copied:start], plain]
        length += start - copied
        starts.append(length)
        widths.append(len(plain))
        sources.append((start, end))
        length, copied = length + len(plain), end
    whole = "".join([*pieces, text[copied:]])
    return Folded(_NUMBER_DASH.sub("-", whole), tuple(starts), tuple(widths), tuple(sources))


def _units(text: str) -> Iterator[tuple[str, int, int]]:
    """The characters that may change, each with its marks, and where they stand."""
    for run in _RUN.finditer(text):
        for match in _UNIT.finditer(text, *run.span()):
            yield match.group(), *match.span()


def visible(text: str) -> str:
    """The text without what is invisible."""
    return text if text.isascii() else _HIDDEN.sub("", text)


@lru_cache(maxsize=65_536)
def _plain(unit: str) -> str:
    """A character with its marks, folded."""
    shown = "".join(_plain_form(character) for character in _HIDDEN.sub("", unit))
    return unicodedata.normalize("NFC", shown).translate(_SAME)


def _plain_form(character: str) -> str:
    if character <= "\xff":
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    form, _, _ = unicodedata.decomposition(character).partition(" ")
    if form.strip("<>") not in _LETTER_FORMS or not form.startswith("<"):
        return character
    plain = unicodedata.normalize("NFKC", character)
    # `…` for three points or `⑴` for `(1)` would set other limits of words and numbers. The parts of Korean syllables
    # stay, because they would join with their neighbours.
    is_one = plain.isalpha() or len(plain) == 1
    return plain if is_one and not _SYLLABLE_PART.search(plain) else character
