"""Card, bank account and social security numbers: by checksum, by form, and when announced as such."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, UsSsnRecognizer

from triage.privacy.lexicon.iban import IBAN_LENGTHS
from triage.privacy.recognizers.base import Finder, StrictPatterns

_BEFORE_CHARS = 48


class Card(StrictPatterns, CreditCardRecognizer):
    """Presidio's pattern and Luhn check."""


class SpelledCard(Finder):
    """12 to 19 digits in any grouping that pass Luhn's check, or that a word such as `card` announces."""

    entity = "CREDIT_CARD"

    _RUN = regex.compile(r"(?<![\w.,])\d(?:[ \u00a0\-./]{0,2}\d){11,18}(?![\w]|[.,]\d)")
    _GROUPS = regex.compile(r"\d{4}([ \-.])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ \-.])\d{6}\2\d{5}")
    _ANNOUNCED = regex.compile(
        r"card|visa|amex|american express|maestro|credit|debit|karte|carte|tarjeta|\bcc\b", regex.IGNORECASE
    )

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """A plain digit run needs the checksum; one in card groups or announced needs no more."""
        for match in self._RUN.finditer(text):
            before = text[max(0, match.start() - _BEFORE_CHARS) : match.start()]
            number = match.group()
            if self._ANNOUNCED.search(before) or (number[0] in "23456" and self._GROUPS.fullmatch(number)):
                yield *match.span(), 0.9
            elif number[0] in "23456" and sum(c.isdigit() for c in number) > 12 and luhn(number):
                yield *match.span(), 0.8


def luhn(number: str) -> bool:
    """Whether the digits of `number` pass the checksum of ISO/IEC 7812-1."""
    digits = [int(digit) for digit in reversed(number) if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


class Iban(Finder):
    """International bank account numbers, in groups or not, in any case, by country length and checksum."""

    entity = "IBAN_CODE"

    _START = regex.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ \u00a0.\-]{0,2}[A-Za-z0-9]){10,40}")
    _COMPACT = regex.compile(r"(?<![\w\-/=])[A-Z]{2}\d{2}[A-Z]{0,6}\d{10,26}(?![\w\-/=])")
    _ANNOUNCED = regex.compile(r"iban|account|konto|compte|cuenta|bank", regex.IGNORECASE)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The checksum decides; a number of the right length that is announced as an account, or written as one, too."""
        for match in self._START.finditer(text):
            length = IBAN_LENGTHS.get(match.group()[:2].upper())
            end = _end_of(match.group(), length) if length else 0
            if not end or match.string[match.start() + end : match.start() + end + 1].isalnum():
                continue
            before = text[max(0, match.start() - _BEFORE_CHARS) : match.start()]
            if _mod97(match.group()[:end]) or self._ANNOUNCED.search(before):
                yield match.start(), match.start() + end, 0.95
        yield from ((*match.span(), 0.6) for match in self._COMPACT.finditer(text))


def _end_of(text: str, length: int) -> int:
    """The position after the first `length` letters and digits; 0 where there are fewer."""
    for position, character in enumerate(text):
        length -= character.isalnum()
        if not length:
            return position + 1
    return 0


def _mod97(iban: str) -> bool:
    compact = "".join(character for character in iban.upper() if character.isalnum())
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


class Ssn(StrictPatterns, UsSsnRecognizer):
    """Presidio's patterns; only its grouped form passes the score threshold without a word before it."""


class AnnouncedSsn(Finder):
    """Nine digits in any grouping after a word such as `SSN`."""

    entity = "US_SSN"

    _NUMBER = regex.compile(r"(?:ssn|ss\s?#|soc(?:ial)?\.?\s?sec(?:urity)?)[^\n\d]{0,30}(?P<number>\d{3}[ .\-]?\d{2}[ .\-]?\d{4})(?!\d)",
                            regex.IGNORECASE)  # fmt: skip

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The digits without the word."""
        yield from ((*match.span("number"), 0.9) for match in self._NUMBER.finditer(text))
