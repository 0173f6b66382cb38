"""International bank account numbers: by checksum, and when announced as such."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from triage.privacy.lexicon.iban import IBAN_LENGTHS
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.base import Recognizer

_BEFORE_CHARS = 48


class Iban(Recognizer):
    """International bank account numbers, in groups or not, in any case, by country length and checksum."""

    entity = "IBAN_CODE"
    needs = Pattern(r"[A-Za-z]{2}\d{2}")
    min_digits = 2
    wraps = frozenset({"number"})

    _START = regex.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ .\-]{0,2}[A-Za-z0-9]){10,40}")
    _COMPACT = regex.compile(r"(?<![\w\-/=])[A-Z]{2}\d{2}[A-Z]{0,6}\d{10,26}(?![\w\-/=])")
    _ANNOUNCED = regex.compile(r"iban|account|konto|compte|cuenta|bank", regex.IGNORECASE)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The checksum decides.

        A number of the right length that is announced as an account, or written as one, too.
        """
        for match in self._START.finditer(text):
            length = IBAN_LENGTHS.get(match.group()[:2].upper())
            end = _end_of(match.group(), length) if length else 0
            if not end or match.string[match.start() + end : match.start() + end + 1].isalnum():
                continue
            before = text[max(0, match.start() - _BEFORE_CHARS) : match.start()]
            if _mod97(match.group()[:end]):
                yield match.start(), match.start() + end, 1.0  # as sure as a card's number, which it may hold
            elif self._ANNOUNCED.search(before):
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
