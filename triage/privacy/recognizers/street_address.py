"""Street addresses in the common forms of the US, the UK, Germany, Switzerland, France, Spain and Italy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from triage.privacy.lexicon.names import Kind, kind, with_capitals
from triage.privacy.patterns.pattern import Pattern, PatternSet
from triage.privacy.recognizers.common.base import Recognizer, timeout
from triage.privacy.recognizers.common.street_parts import (
    CAPITAL_WAYS,
    CODE,
    COUNTRY,
    GERMAN_STREET,
    HOUSE,
    NUMBERED,
    PLAIN,
    ROAD,
    SHORT_WAY,
    STATE,
    STRONG,
    TOWN,
    UK_CODE,
    UNIT,
    US_CODE,
    WAY_ENDINGS,
    WAYS,
    street_pattern,
)  # fmt: skip

_DIGIT = regex.compile(r"\d")
_BEFORE_CHARS = 120
_AFTER_CHARS = 300
_BREAK = r"(?:(?:[ ]\.)?[ \t]*,[ \t]*(?:\n[ \t]*)?(?:,[ \t]*)?|[ \t]*\n[ \t]*(?:,[ \t]*)?)"
_MARK = r"(?:nan|[A-Z]{2,3})(?![\w:@./])"
_PLACE = (
    rf"(?:{COUNTRY}(?:[ ]{{1,2}}{CODE})?|(?:{CODE})[ ,]{{1,2}}{TOWN}(?:[ ]{_MARK})?|{TOWN}[ ,]{{1,3}}{STATE}\b[ ,]{{1,4}}{US_CODE}|"
    rf"{TOWN}[ ,]{{1,3}}(?:{_MARK}[ ])?{CODE}|{TOWN}[ ,]{{1,3}}(?:{STATE}\b|{_MARK}|{COUNTRY})(?:[ ]{CODE})?|{STATE}[ ]{{1,2}}{US_CODE}|"
    rf"(?:{_MARK}|\d{{2}}(?=[ \n]{{1,3}}\d{{5}}))(?:[ ]{CODE})?|{CODE}|{TOWN}(?=[ \t]*(?:,|\.|;|\)|\n|$)))"
)
_UNITS = rf"(?:(?:{_BREAK}|[ ]{{1,2}}){UNIT})"
_TAIL = (
    rf"(?:{_UNITS}{{1,2}}(?:[ ]{TOWN}(?:[ ](?:{_MARK}|{COUNTRY}))?(?:[ ]{CODE})?)?)?(?:{_BREAK}{_PLACE}){{0,5}}"
    rf"(?:[ ]{{1,2}}(?:{TOWN}[ ,]{{1,3}})?{STATE}[ ,]{{1,3}}{US_CODE}|[ ]{{1,2}}{UK_CODE})?"
)
_FULL_PLACE = (
    rf"(?:{COUNTRY}(?:[ ]{{1,2}}{CODE})?|{CODE}[ ,]{{1,2}}{TOWN}|{TOWN}[ ,]{{1,3}}{STATE}\b[ ,]{{1,4}}{US_CODE}|"
    rf"{TOWN}[ ,]{{1,3}}{_MARK}[ ]{CODE}|{TOWN}[ ,]{{1,3}}(?:{UK_CODE}|{COUNTRY}(?:[ ]{CODE})?)|{_MARK}[ ]{CODE})"
)
_SURE_TAIL = (
    rf"(?:{_UNITS}{{1,2}}(?:[ ]{TOWN}(?:[ ](?:{_MARK}|{COUNTRY}))?(?:[ ]{CODE})?)?(?:{_BREAK}{_PLACE}){{0,4}}|"
    rf"(?:{_BREAK}{TOWN}){{0,2}}{_BREAK}{_FULL_PLACE}(?:{_BREAK}{_PLACE}){{0,2}})"
)
_FREE = r"[\p{L}\d.,#&'’/\- ]"
_ANY = "|".join(f"(?:{form})" for form in STRONG)


@dataclass(frozen=True, slots=True)
class WeakPattern:
    """A form of addresses that is less sure than the strong ones."""

    pattern: Pattern
    score: float
    named: bool = False
    """Whether only a match with a word counts that is no ordinary one."""


class StreetAddress(Recognizer):
    """A street with its number, and the unit, postcode, town and country that go on from it over line ends."""

    entity = "STREET_ADDRESS"
    needs = Pattern(r"\d|\p{L}{3}")
    wraps = frozenset({"street"})

    _STRONG = street_pattern(rf"(?<![\w.#$\-@/=])(?:{_ANY}){_TAIL}")
    _WEAK = street_pattern(rf"(?<![\w.#$\-@/=])(?:{PLAIN}|{NUMBERED}){_SURE_TAIL}")
    _CUED = street_pattern(
        rf"(?<![\w.#$\-@/=])(?:(?i:the[ ]corner[ ]of|corner[ ]of)[ ])?(?:{_ANY}|{ROAD}|{PLAIN}|{NUMBERED})(?:[ ]and[ ](?:{_ANY}|{ROAD}|{PLAIN}))?{_TAIL}"
    )
    _CROSSING = street_pattern(
        rf"(?:(?:the[ ])?corner[ ]of[ ](?:{_ANY}|{ROAD}|{PLAIN}|\p{{Lu}}\p{{L}}+(?:[ ]\p{{Lu}}\p{{L}}+){{0,3}})|(?<![\w.#$\-@/=])\p{{Lu}}\p{{L}}+(?:[ ]\p{{Lu}}\p{{L}}+){{0,2}})"
        rf"\.?(?:[ ]St\.)?[ ](?:and|und|et|y|&)[ ](?:{_ANY}|{ROAD}|{PLAIN}){_TAIL}"
    )
    _CUE = Pattern(
        r"(?:\b(?:address(?:es)?|adress\w*|anschrift|direcci[oó]n|domicil\w+|(?:liv|resid|locat|situat|bas|stay|park|headquarter)\w{1,4}[ ](?:at|on|in|near)|"
        r"wohn\w*(?:[ ](?:in|an|im))?|habit\w+(?:[ ](?:à|au|en))?|viv[eo][ ]en|(?:return|send|sent|ship(?:ped)?|deliver(?:ed|y)?|mail(?:ed)?|moved|relocat\w+|forward(?:ed)?|posted)[ ](?:\w+[ ]){0,3}to|"
        r"meet(?:ing)?(?:[ ]\w+){0,2}[ ]at|(?:drop|stop|pick|wait)\w{0,4}(?:[ ]\w+){0,3}[ ](?:at|on)|corner[ ]of|side[ ]of|(?:enter|walk|turn)(?:[ ]\w+){0,2}[ ](?:on|at|via|onto|into)|"
        r"(?:station|office|shop|store|house|home|building|branch|hotel|restaurant|place|hq)[ ]is[ ](?:at|in|on|near)|liefer\w*[ ](?:an|nach)|livr\w+[ ](?:à|au)|enviar[ ]a|street|stra(?:ß|ss)e|rue|calle|"
        r"lives?|now[ ](?:in|at))\b)",
        regex.IGNORECASE,
    )
    _AMERICAN = street_pattern(
        rf"(?m)(?<![\w.#$\-@/=])(?:{HOUSE}[ ](?=\p{{Lu}}){_FREE}{{2,60}}|[A-Z]{{1,4}}\d[\w\-]{{1,8}}|(?:(?<=^[ \t]*)|(?<=[:,][ ]))\p{{Lu}}{_FREE}{{3,30}}[ ]\d{{1,5}})(?:\n[ \t]*{_FREE}{{2,50}}){{0,2}}(?:\n[ \t]*|,[ ]{{0,2}}){TOWN}[ ,]{{1,3}}{STATE}[ ,]{{1,4}}{US_CODE}"
    )
    _BRITISH = street_pattern(
        rf"(?m)(?:^[ \t]*|(?<=[:,][ ]{{0,2}}))(?:\p{{Lu}}[\p{{L}}'’. ]{{2,30}},[ ]?\n?)?(?:{HOUSE}|\p{{Lu}}\p{{L}}+)[ ](?=\p{{Lu}}){_FREE}{{2,50}}(?:\n[ \t]*{_FREE}{{2,40}}){{0,3}}(?:\n[ \t]*|,?[ ]{{1,2}}){UK_CODE}"
    )
    _CONTINENTAL = street_pattern(
        rf"(?m)^[ \t]*\p{{Lu}}[\p{{L}}.'’\- ]{{2,40}}[ ]\d{{1,4}}[ ]?[a-zA-Z]?,?(?:[ \t]*\n[ \t]*|,[ ]|[ ][\-–][ ])(?:[A-Z]{{1,3}}-)?\d{{4,5}}[ ]{TOWN}(?=[ \t]*(?:\n|$|,))"
    )
    _TOWN_CODE = street_pattern(
        rf"(?m)^[ \t]*(?:(?:(?:[A-Z]{{1,3}}-)?\d{{4,6}}|\d{{2}}-\d{{3}}|\d{{3}}[ ]\d{{2}}),?[ ]{TOWN}(?:[ ]\([A-Z]{{2}}\))?|(?=\p{{Lu}}\p{{L}}{{3}}){TOWN},?[ ]\d{{5}}|{COUNTRY}[ ]\d{{4,6}})[ \t]*$|"
        rf"(?<![\w\-])(?:[A-Z]{{1,2}}\d[A-Z\d]?[ ]\d[A-Z]{{2}}|(?:D|CH|A|F|I|E|B|L|NL)-\d{{4,5}}[ ]{TOWN})(?![\w\-])"
    )
    _TOWN_STATE = street_pattern(rf"(?<![\w\-]){TOWN},?[ ]+{STATE}[ ,]+{US_CODE}(?![\w\-])")
    _LETTERS = regex.compile(r"\p{L}+")
    _NUMBERED = regex.compile(r"(?<=\n[ \t]*)\d")
    _CUE_GAP = regex.compile(r"[^\n.;?!]{0,30}\n?[^\n.;?!\w]{0,8}")
    _NEXT = regex.compile(r"[,.]?[ ](?:and|und|et|y|or)?[ ]?")
    _CODE = street_pattern(
        rf"\b(?i:zip(?:[ ]?code)?|postal[ ]?code|post[ ]?code|plz|postleitzahl|code[ ]postal|c[oó]digo[ ]postal|c\.?p\.?)[ ]?[:#]?(?:[ ]is)?[ ]{{0,3}}(?P<code>{CODE})"
    )
    _IN_TOWN = street_pattern(
        rf"\b(?:in|from|near|at|to|aus|nach|à|en)[ ](?P<place>(?P<town>{TOWN})[ ](?P<code>\d{{3}}[ ]\d{{2}}|\d{{4}}-\d{{3}}|\d{{2}}-\d{{3}}|\d{{4,6}}|\d{{4}}[ ]?[A-Z]{{2}}|{UK_CODE}))(?![\w\-.])"
    )
    _GERMAN = street_pattern(rf"(?<![\w.#$\-@/=]){GERMAN_STREET}{_TAIL}")
    _WEAK_PATTERNS = (
        WeakPattern(_BRITISH, 0.6),
        WeakPattern(_CONTINENTAL, 0.6),
        WeakPattern(_AMERICAN, 0.6),
        WeakPattern(_TOWN_STATE, 0.5),
        WeakPattern(_TOWN_CODE, 0.5),
        WeakPattern(_WEAK, 0.6, named=True),
        WeakPattern(_CROSSING, 0.6, named=True),
    )
    own_sets = (
        PatternSet((_STRONG, _CUED, _CUE, _CODE, _IN_TOWN, _GERMAN, *(each.pattern for each in _WEAK_PATTERNS))),
    )
    _WORD = regex.compile(r"\p{L}{2,}")
    _MONTH = regex.compile(
        r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Januar|Februar|März|Juni|Juli|Oktober|Dezember|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
    )
    _YEAR = regex.compile(r"(?:19|20)\d\d")

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """All forms. Raises TimeoutError when a long text is too hard."""
        text = with_capitals(text) if text.islower() else text
        for start, end, score in self._ranges(text):
            yield start, end - (text[end - 1] in ",\n"), score

    def _ranges(self, text: str) -> Iterator[tuple[int, int, float]]:
        for start, end in self._near_way_words(text) if self._STRONG.may_match(text) else ():
            if not _DIGIT.search(text, start, end):
                continue
            for match in self._STRONG.finditer(text, start, end, timeout=timeout(text)):
                yield match.start(), match.end(), 0.7
        for each in self._WEAK_PATTERNS:
            for match in each.pattern.finditer(text, timeout=timeout(text)):
                if not each.named or self._is_named(match.group()):
                    yield self._behind_person(match), match.end(), each.score
        yield from self._after_cues(text)
        yield from self._postcodes(text)
        if self.supported_language == "de":
            yield from ((*match.span(), 0.5) for match in self._GERMAN.finditer(text) if self._is_named(match.group()))

    def _behind_person(self, match: regex.Match[str]) -> int:
        """Where the address itself begins: at its line with a number, where its first line is a person's name."""
        first, line_end, _ = match.group().partition("\n")
        kinds = [kind(word, self.supported_language) for word in self._WORD.findall(first)]
        numbered = self._NUMBERED.search(match.group()) if line_end else None
        if numbered is None or Kind.GIVEN not in kinds or Kind.ORDINARY in kinds or _DIGIT.search(first):
            return match.start()
        return match.start() + numbered.start()

    def _near_way_words(self, text: str) -> Iterator[tuple[int, int]]:
        """Stretches around words such as `Street`, joined where they meet, so that other text need not be read."""
        start = end = 0
        for position in self._way_words(text):
            if position - _BEFORE_CHARS > end:
                if end:
                    yield start, end
                start = max(0, position - _BEFORE_CHARS)
            end = position + _AFTER_CHARS
        if end:
            yield start, end

    def _way_words(self, text: str) -> list[int]:
        """Where a word stands that a street line may be known by, in order."""
        places = [match.start() for match in SHORT_WAY.finditer(text)]
        ways = set(filter(is_way, set(self._LETTERS.findall(text))))
        if ways:
            places += [match.start() for match in self._LETTERS.finditer(text) if match.group() in ways]
        return sorted(places)

    def _after_cues(self, text: str) -> Iterator[tuple[int, int, float]]:
        """What stands after words such as `lives at`, and what a comma or `and` adds to it."""
        after = 0
        for cue in self._CUE.finditer(text, timeout=timeout(text)):
            if cue.start() < after:  # read with the cue before it
                continue
            after, gap = cue.end(), self._CUE_GAP
            while match := self._CUED.compiled.search(text, after, after + _AFTER_CHARS, timeout=timeout(text)):
                if not gap.fullmatch(text, after, match.start()):
                    break
                if self._is_named(match.group()):
                    yield match.start(), match.end(), 0.6
                after, gap = match.end(), self._NEXT

    def _postcodes(self, text: str) -> Iterator[tuple[int, int, float]]:
        yield from ((*match.span("code"), 0.5) for match in self._CODE.finditer(text))
        for match in self._IN_TOWN.finditer(text):
            if self._is_named(match.group("town")) and not self._YEAR.fullmatch(match.group("code")):
                yield *match.span("place"), 0.5

    def _is_named(self, value: str) -> bool:
        """Whether it has a word that is no ordinary one: `Jahu 80`, but not `Level 21` or `May 7`."""
        words = self._WORD.findall(value)
        return (
            bool(words)
            and not self._MONTH.fullmatch(words[0])
            and any(kind(word, self.supported_language) is not Kind.ORDINARY for word in words)
        )


@lru_cache(maxsize=100_000)
def is_way(word: str) -> bool:
    """Whether a street line may be known by the word."""
    folded = word.lower()
    return word in CAPITAL_WAYS or folded in WAYS or folded.endswith(WAY_ENDINGS)
