"""Social security numbers of the United States: by form, and when announced as such."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from presidio_analyzer.predefined_recognizers import UsSsnRecognizer

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.base import PresidioRecognizer, Recognizer


class Ssn(PresidioRecognizer, UsSsnRecognizer):
    """Presidio's patterns; only its grouped form passes the score threshold without a word before it."""

    entity = "US_SSN"
    needs = Pattern(r"\d{3}[- .]?\d{2}[- .]?\d{4}")
    min_digits = 9
    wraps = frozenset({"number", "code"})


class AnnouncedSsn(Recognizer):
    """Nine digits in any grouping after a word such as `SSN`."""

    entity = "US_SSN"
    needs = Pattern(r"\d{3}[- .]?\d{2}[- .]?\d{4}")
    min_digits = 9
    wraps = frozenset({"number", "code"})

    _NUMBER = regex.compile(r"(?:ssn|ss\s?#|soc(?:ial)?\.?\s?sec(?:urity)?)[^\n\d]{0,30}(?P<number>\d{3}[ .\-]?\d{2}[ .\-]?\d{4})(?!\d)",
                            regex.IGNORECASE)  # fmt: skip

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The digits without the word."""
        yield from ((*match.span("number"), 0.9) for match in self._NUMBER.finditer(text))
