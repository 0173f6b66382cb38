"""Phone numbers: what phonenumbers holds valid, and what is written or announced as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

import regex

from triage.privacy.lexicon.word_lists import alternatives, whole_words, words_of
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.policy import Policy
from triage.privacy.pseudonyms.phone_numbers import EXTENSION, LANGUAGE_REGIONS, is_international, national
from triage.privacy.recognizers.common.base import Recognizer
from triage.privacy.recognizers.common.number_forms import is_measured, is_no_phone, is_no_phone_announced
from triage.privacy.recognizers.common.other_numbers import is_of_a_thing, is_of_an_account

_ACCOUNT_SCORE = 0.4
"""Less than that of an account's number: what an invoice's word announces is a phone only where nothing better is found."""
_DIGITS = regex.compile(r"\d")

_BEFORE_CHARS = 40
_WORDS = "announcing_words.txt"
_ANNOUNCED = regex.compile(rf"{whole_words(words_of(_WORDS, 'phone'))}[\w .:：#()\-]{{0,20}}$")
_EXTENSION_WORDS = alternatives(words_of(_WORDS, "extension"))


def is_announced(text: str, start: int) -> bool:
    """Whether a word such as `Tel:` stands before a place of a text."""
    return _ANNOUNCED.search(text[max(0, start - _BEFORE_CHARS) : start]) is not None


class Phone(Recognizer):
    """Numbers of the configured regions without +, of all countries with it, and after words like `Tel:`."""

    entity = "PHONE_NUMBER"
    needs = Pattern(rf"\d(?:\D{{0,4}}\d){{3}}|(?i:{_EXTENSION_WORDS})[ ]?:?[ ]?[-\d]")
    min_digits = 2
    wraps = frozenset({"number", "code"})

    _CANDIDATE = Pattern(
        r"(?<![\w.\-/])(?<!\d[,:=])(?P<number>\+?[ ]?(?:\(\+?\d{1,5}\)\s?\n?|\d)(?:[ ]?[\-./()]?[ ]?\d){5,16})"
        rf"(?P<extension>{EXTENSION}\d{{1,6}})?(?![\w]|[.,:/\-=]\d|%)"
    )
    _WRITTEN = regex.compile(
        r"(?:\+|\b00)\d{1,3}[ \-./()]{0,2}\d|\(\d{2,5}\)|^\d?[ \-.]?\d{3}[\-. ]\d{3}[\-. ]\d{4}|^0\d{1,5}[ /\-.]+\d|"
        r"^\d\d([ \-.])\d\d\1\d\d\1\d\d$"
    )

    _SHORT = Pattern(
        rf"(?i:(?<!\w)(?:{_EXTENSION_WORDS}|x)[ ]?)(?P<number>\d[\d\-]{{2,6}}\d)(?![\w.]\d|\w)|"
        rf"(?i:(?<!\w)(?:{_EXTENSION_WORDS})[ ]?:?[ ]?)(?P<number>-[ ]?\d{{2,5}}|\d{{3}})(?![\w.,]\d|\w)|"
        r"(?i:\b(?:reach|call)[ ](?:me[ ])?(?:at|on)[ ]|^[ \t]*)(?P<number>\d-\d{4,5})(?=[ \t]*(?:[.,)]|$))",
        regex.MULTILINE,
    )
    _ALONE = Pattern(r"^[ \t]*(\+?\d[\d \-./()]{6,18}\d)[ \t]*$", regex.MULTILINE)
    prefiltered = (_CANDIDATE, _SHORT, _ALONE)

    _WITHOUT_PLUS = regex.compile(r"\d{1,3}(?:[ .\-]\d{2,4}){3,4}")
    _WITHOUT_TRUNK = regex.compile(r"(?!(?:19|20)\d\d[ .\-])[1-9]\d{0,4}(?:[ .\-]\d{2,7}){1,4}")
    _SSN = regex.compile(r"\d{3}-\d\d-\d{4}|\d{6}-\d{4}|\d{5}-\d{4}")
    _GOES_ON = regex.compile(r"[ ]?(?:\p{L}|\))")

    def __init__(self, regions: Sequence[str], own: Sequence[str] = (), language: str = "en") -> None:
        super().__init__(language)
        self._own = tuple(own)
        self._regions = tuple(dict.fromkeys((*regions, *own)))

    @classmethod
    def build(cls, policy: Policy, language: str) -> Self:
        """The recognizer with the policy's regions, and those of the language."""
        return cls(policy.phone_regions, LANGUAGE_REGIONS.get(language, ()), language)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Candidates are cut out by a pattern first, so that phonenumbers sees only digits."""
        for match in self._CANDIDATE.finditer(text):
            start, end = match.span()
            announced = is_announced(text, start)
            if is_of_a_thing(text, start) or (not announced and is_measured(text, *match.span("number"))):
                continue
            goes_on = self._GOES_ON.match(text, end) is not None
            score = self._score(match.group("number").strip(" "), announced, goes_on)
            if score:
                yield start, end, min(score, _ACCOUNT_SCORE) if is_of_an_account(text, start) else score
        yield from ((*match.span("number"), 0.5) for match in self._SHORT.finditer(text))
        for match in self._ALONE.finditer(text):
            if is_of_a_thing(text, match.start(1)):
                continue
            if 9 <= len(_DIGITS.findall(match[1])) <= 13 and not is_no_phone(match[1]):
                yield *match.span(1), 0.4

    def _score(self, number: str, announced: bool, goes_on: bool) -> float:
        digits = len(_DIGITS.findall(number))
        if not 7 <= digits <= 15 and not (announced and digits == 6):
            return 0.0
        if announced and not is_no_phone_announced(number):
            return 0.8
        if is_no_phone(number) and not is_international(number):
            return 0.0
        if self._valid(number):
            return 0.75
        if self._WRITTEN.search(number):
            return 0.5
        return 0.4 if self._possible(number, digits, goes_on) else 0.0

    def _valid(self, number: str) -> bool:
        if " / " in number:  # two numbers
            return any(map(self._valid, number.split(" / ")))
        if number.isdigit() and not (number.startswith("0") or len(number) == 10):
            return False
        return is_international(number) or any(national(number, region) for region in self._regions)

    def _possible(self, number: str, digits: int, goes_on: bool) -> bool:
        """Whether a number is valid in one word in a text's own language, or without its `+` or its trunk prefix."""
        if number.isdigit() and digits != 10:
            return any(national(number, region) for region in self._own)
        if digits >= 10 and self._WITHOUT_PLUS.fullmatch(number) and is_international(f"+{number}"):
            return True
        is_written = number.isdigit() or self._WITHOUT_TRUNK.fullmatch(number) is not None
        if goes_on or digits > 11 or not is_written or self._SSN.fullmatch(number):
            return False
        return any(national(number, region) or national(f"0{number}", region) for region in self._regions)
