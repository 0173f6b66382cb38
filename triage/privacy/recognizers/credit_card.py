"""Payment cards' numbers: by checksum, by form, and when announced as such."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex
from presidio_analyzer import RecognizerResult
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.base import PresidioRecognizer, Recognizer
from triage.privacy.recognizers.common.other_numbers import is_of_a_thing

_BEFORE_CHARS = 48


class Card(PresidioRecognizer, CreditCardRecognizer):
    """Presidio's pattern and Luhn check."""

    entity = "CREDIT_CARD"
    needs = Pattern(r"\d(?:[ -]?\d){11}")
    min_digits = 12

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """The findings in `text`, without an article's number that passes the check by chance."""
        results = super().analyze(text, entities, nlp_artifacts, regex_flags)
        return [result for result in results if not is_of_a_thing(text, result.start)]

    wraps = frozenset({"number", "code"})


class GroupedCard(Recognizer):
    """12 to 19 digits in any grouping that pass Luhn's check, or that a word such as `card` announces."""

    entity = "CREDIT_CARD"
    needs = Pattern(r"\d(?:\D{0,2}\d){11}")
    min_digits = 12

    _RUN = regex.compile(r"(?<![\w.,])\d(?:[ \-./]{0,2}\d){11,18}(?![\w]|[.,]\d)")
    _GROUPS = regex.compile(r"\d{4}([ \-.])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ \-.])\d{6}\2\d{5}")
    _ANNOUNCED = regex.compile(
        r"card|visa|amex|american express|maestro|credit|debit|karte|carte|tarjeta|\bcc\b", regex.IGNORECASE
    )

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """A plain digit run needs the checksum; one in card groups or announced needs no more."""
        for match in self._RUN.finditer(text):
            before = text[max(0, match.start() - _BEFORE_CHARS) : match.start()]
            number = match.group()
            if is_of_a_thing(text, match.start()):
                continue
            if self._ANNOUNCED.search(before) or (number[0] in "23456" and self._GROUPS.fullmatch(number)):
                yield *match.span(), 0.9
            elif number[0] in "23456" and sum(c.isdigit() for c in number) > 12 and luhn(number):
                yield *match.span(), 0.8


def luhn(number: str) -> bool:
    """Whether the digits of `number` pass the checksum of ISO/IEC 7812-1."""
    digits = [int(digit) for digit in reversed(number) if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
