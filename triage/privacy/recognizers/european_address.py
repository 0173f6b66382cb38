"""Street addresses in the forms of Europe's languages, whose words are data: what follows the house number, post boxes, c/o."""

from __future__ import annotations

from collections.abc import Iterator

from triage.privacy.lexicon.word_lists import alternatives, word_lists, words_of
from triage.privacy.patterns.pattern import Pattern, PatternSet, candidates
from triage.privacy.recognizers.common.base import Recognizer, timeout
from triage.privacy.recognizers.common.street_parts import CAP, COUNTRY, TOWN, street_pattern

_FILE = "street_words.txt"
_SCORE = 0.86
"""More than a name's: streets are named after people."""
_EDGE = r"(?<![\w.#$\-@/=])"
_SEPARATOR = r"(?:[ \t]*(?:[ ]\.)?[ \t]*,[ \t]*\n?[ \t]*|[ \t]*\n[ \t]*|[ ][\-–][ ]|[ ])"
_DASH = r"(?:[ ]?[/\-–][ ]?(?:\d{1,4}[A-Za-z]?|[A-Za-z])(?![\p{L}\d]))"
_HOUSE = (
    rf"(?:\d{{1,4}}(?:[ ]?[A-Za-z](?![\p{{L}}\d.])(?:[ ]\d{{1,3}}(?!\d))?)?{_DASH}{{0,3}}(?![\p{{L}}\d])|s/n(?!\w))"
)
_CODE = r"(?:(?:[A-Z]{1,3}[\-–])?(?:\d{4}-\d{3}|\d{2}-\d{3}|\d{3}[ ]\d{2}|\d{4}[ ]?[A-Z]{2}(?!\w)|\d{4,6})(?![\d\-/:]))"
_QUARTER = r"(?:[ ](?:[ØVNSKC]{1,2}|[A-Z]{2})(?!\w)|[ ]\([A-Z]{2}\)|[ ]\d{1,2}(?!\d))?"
_TOWN = rf"{_CODE}[ ,]{{1,2}}{TOWN}{_QUARTER}"
_SMALL = r"(?:\p{Ll}{1,6}\.?[ ]|[dlDL]['’])"
_NAME = rf"{_SMALL}{{0,2}}(?:\d{{1,2}}[ ])?{CAP}(?:[ \-]{_SMALL}{{0,2}}(?:{CAP}|[IVX]{{1,5}}\b)){{0,4}}"


class _Language:
    """The patterns of one language, from its words."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._place = rf"(?:{_SEPARATOR}(?:{_TOWN})(?:{_SEPARATOR}{COUNTRY})?)"
        self._number = rf"(?:(?i:{self._any('number')})[ ]?)?{_HOUSE}"

    def patterns(self) -> Iterator[Pattern]:
        """Those for which it has words."""
        tail = rf"{self._units()}{{0,4}}{self._place}?"
        house = rf"(?:,[ ]?|[ ]){self._number}{tail}"
        before = rf"{_EDGE}(?:{_CODE}[ ]{CAP},[ ])?"
        if self._any("way"):
            yield street_pattern(rf"{before}(?i:{self._any('way')})[ ]?(?<=[\p{{L}}./]|[ ]){_NAME}{house}")
        if self._any("end"):
            yield street_pattern(
                rf"{before}(?:{CAP}[ ]){{0,3}}(?=\p{{Lu}})\p{{L}}{{2,30}}?(?:{self._any('end')}){house}"
            )
        if self._any("weak_end"):
            yield street_pattern(
                rf"{_EDGE}(?:{CAP}[ ]){{0,3}}(?=\p{{Lu}})\p{{L}}{{2,30}}?(?:{self._any('weak_end')})(?:,[ ]?|[ ]){self._number}{self._units()}{{0,4}}{self._place}"
            )
        if self._any("after"):
            yield street_pattern(rf"{before}(?:{CAP}[ \-]){{1,4}}(?i:{self._any('after')}){house}")
        if self._any("box"):
            yield street_pattern(rf"{_EDGE}(?i:{self._any('box')})[ :]{{0,2}}\d[\d ]{{0,7}}(?!\d){self._place}?")
        if self._any("weak"):
            yield street_pattern(rf"{_EDGE}(?i:{self._any('weak')})[ ]\d{{1,6}}{self._place}")
        if self._any("unit"):
            yield street_pattern(rf"{_EDGE}{CAP}(?:[ \-]{CAP}){{0,3}}[ ]{_HOUSE}{self._units()}{{1,4}}{self._place}")

    def _any(self, kind: str) -> str:
        return alternatives(word_lists(_FILE).get((self._code, kind), ()))

    def _units(self) -> str:
        """A part of the house: a word with its number or letter, or a floor with its side."""
        forms = [r"\d{1,2}\.?[ºª°](?:[ ]?[A-Za-z](?!\w))?"]
        if self._any("unit"):
            forms.append(rf"(?i:{self._any('unit')})[ ]?(?:\d{{1,4}}[A-Za-z]?|[A-Z])(?!\w)")
        if self._any("side"):
            side = rf"(?i:{self._any('side')})(?!\w)\.?"
            forms.append(rf"(?:(?:\d{{1,2}}|[IVX]{{1,3}})(?:\.?[ºª°e]?)[ ]?)?{side}(?:[ ]{side})?")
        return rf"(?:{_SEPARATOR}(?:{'|'.join(forms)}))"


def _patterns() -> Iterator[Pattern]:
    yield street_pattern(
        rf"{_EDGE}(?i:c[ ]?/[ ]?o)[ .:]{{1,3}}(?:(?i:mrs?|ms|dr|herrn?|frau|mme|m|sr|sra|sig)\.?[ ])?(?P<value>{CAP}(?:[ ]{CAP}){{0,3}})"
    )
    yield street_pattern(
        rf"{_EDGE}{CAP}(?:[ ]{CAP}){{0,2}}[ ]{_HOUSE}[ ,]{{1,2}}\d{{4}}[ ]?[A-Z]{{2}}[ ,]{{1,2}}{TOWN}"
    )
    for code in dict.fromkeys(code for code, _ in word_lists(_FILE)):
        yield from _Language(code).patterns()


def _street_name() -> str:
    words = {kind: alternatives(words_of(_FILE, kind)) for kind in ("way", "end", "after")}
    return (
        rf"(?m:(?<=^[ \t>|]*))(?:(?i:{words['way']})[ ]{_NAME}|(?:{CAP}[ ]){{0,3}}(?=\p{{Lu}})\p{{L}}{{2,30}}(?:{words['end']})|"
        rf"(?:{CAP}[ \-]){{1,3}}(?i:{words['after']}))"
    )


STREET_NAME = _street_name()
"""A pattern of a street's name alone in its line, as far as words tell it."""


class EuropeanAddress(Recognizer):
    """`Nørregade 12, 2. th., 2100 København Ø`, `al. Jerozolimskie 44 m. 5`, `Graben 12, Top 5, 1010 Wien`, `c / o Anna Berg`."""

    entity = "STREET_ADDRESS"
    needs = Pattern(r"\d|/[ ]?[oOn]")
    own_sets = (PatternSet(tuple(_patterns())),)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """All forms of all languages: a mail of one names addresses of others. Raises TimeoutError as all recognizers do."""
        for pattern in candidates(self.own_sets[0].patterns, text):
            group = "value" if "(?P<value>" in pattern.text else 0
            for match in pattern.compiled.finditer(text, timeout=timeout(text)):
                yield *match.span(group), _SCORE
