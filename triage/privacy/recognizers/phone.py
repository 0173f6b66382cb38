"""Phone numbers: what phonenumbers holds valid, and what is written or announced as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

import phonenumbers
import regex

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.policy import Policy
from triage.privacy.recognizers.common.base import Recognizer
from triage.privacy.recognizers.common.other_numbers import is_of_a_thing, is_of_an_account

_ACCOUNT_SCORE = 0.4
"""Less than that of an account's number: what an invoice's word announces is a phone only where nothing better is found."""
_DIGITS = regex.compile(r"\d")

_BEFORE_CHARS = 40
_ANNOUNCED = regex.compile(
    r"\b(?:tel(?:[eé]fono|ephone|efon|\.)?|tél(?:éphone|\.)?|phone|ph|fon|fax|facsimile|mobile?|mob|cell(?:ular|"
    r"phone)?|handy|m[oó]vil|portable|direct|office|work|home|pager|voice|call(?: me)?|dial|reach(?: me)?|answering at|sms|"
    r"whatsapp|rückruf|telefonnummer|rufnummer|numéro|nummer|number|contact)\b[\w .:#()\-]{0,20}$",
    regex.IGNORECASE,
)


def is_announced(text: str, start: int) -> bool:
    """Whether a word such as `Tel:` stands before a place of a text."""
    return _ANNOUNCED.search(text[max(0, start - _BEFORE_CHARS) : start]) is not None


class Phone(Recognizer):
    """Numbers of the configured regions without +, of all countries with it, and after words like `Tel:`."""

    entity = "PHONE_NUMBER"
    needs = Pattern(r"\d(?:\D{0,4}\d){3}")
    min_digits = 4
    wraps = frozenset({"number", "code"})

    _CANDIDATE = regex.compile(
        r"(?<![\w.\-/])(?<!\d[,:=])(?P<number>\+?[ ]?(?:\(\+?\d{1,5}\)\s?\n?|\d)(?:[ ]?[\-./()]?[ ]?\d){5,16})"
        r"(?P<extension>\s?(?:x|ext\.?|extension|Durchwahl|poste)\s?\d{1,6})?(?![\w]|[.,:/\-=]\d|%)"
    )
    _WRITTEN = regex.compile(
        r"(?:\+|\b00)\d{1,3}[ \-./()]{0,2}\d|\(\d{2,5}\)|^\d?[ \-.]?\d{3}[\-. ]\d{3}[\-. ]\d{4}|^0\d{1,5}[ /\-.]+\d|"
        r"^\d\d([ \-.])\d\d\1\d\d\1\d\d$"
    )
    _OTHER_NUMBER = regex.compile(
        r"(?:^|[ (])(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./]\d\d?(?!\d)|^\d\d?[./]\d\d?[./](?:19|20)?\d\d(?!\.?\d)|"
        r"^-?\d+\.\d+(?:[ ]+\d+(?:\.\d+)?)*$|[ ]0\.\d|^\d{1,3}(?:\.\d{1,5}){3}$|^0+[ .\-]?0*$|^0{4,}"
    )

    def __init__(self, regions: Sequence[str], language: str = "en") -> None:
        super().__init__(language)
        self._regions = tuple(regions)

    @classmethod
    def build(cls, policy: Policy, language: str) -> Self:
        """The recognizer with the policy's regions."""
        return cls(policy.phone_regions, language)

    _SHORT = regex.compile(
        r"(?i:(?<!\w)(?:ext\.?|extension|durchwahl|poste|x)[ ]?)(?P<number>\d[\d\-]{2,6}\d)(?![\w.]\d|\w)|"
        r"(?i:\b(?:reach|call)[ ](?:me[ ])?(?:at|on)[ ]|^[ \t]*)(?P<number>\d-\d{4,5})(?=[ \t]*(?:[.,)]|$))",
        regex.MULTILINE,
    )
    _ALONE = regex.compile(r"^[ \t]*(\+?\d[\d \-./()]{6,18}\d)[ \t]*$", regex.MULTILINE)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Candidates are cut out by a pattern first, so that phonenumbers sees only digits."""
        for match in self._CANDIDATE.finditer(text):
            score = self._score(match.group("number"), text[max(0, match.start() - 40) : match.start()])
            if score and not is_of_a_thing(text, match.start()):
                yield *match.span(), min(score, _ACCOUNT_SCORE) if is_of_an_account(text, match.start()) else score
        yield from ((*match.span("number"), 0.5) for match in self._SHORT.finditer(text))
        for match in self._ALONE.finditer(text):
            if is_of_a_thing(text, match.start(1)):
                continue
            if 9 <= len(_DIGITS.findall(match[1])) <= 13 and not self._OTHER_NUMBER.search(match[1]):
                yield *match.span(1), 0.4

    def _score(self, number: str, before: str) -> float:
        digits = len(_DIGITS.findall(number))
        announced = _ANNOUNCED.search(before) is not None
        if not 7 <= digits <= 15 and not (announced and digits == 6):
            return 0.0
        if self._OTHER_NUMBER.search(number):
            return 0.0
        if announced:
            return 0.8
        if self._valid(number):
            return 0.75
        return 0.5 if self._WRITTEN.search(number) else 0.0

    def _valid(self, number: str) -> bool:
        if number.isdigit() and not (number.startswith("0") or len(number) == 10):
            return False
        return any(self._valid_in(number, region) for region in self._regions)

    @staticmethod
    def _valid_in(number: str, region: str) -> bool:
        try:
            return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
        except phonenumbers.NumberParseException:
            return False
