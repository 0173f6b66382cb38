"""IP addresses."""

from __future__ import annotations

from typing import Any

import regex
from presidio_analyzer import RecognizerResult
from presidio_analyzer.predefined_recognizers import IpRecognizer

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.base import PresidioRecognizer
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer


class Ip(PresidioRecognizer, IpRecognizer):
    """Presidio's patterns for IPv4 and IPv6, but no version numbers."""

    entity = "IP_ADDRESS"
    needs = Pattern(r"\d\.\d|[\da-fA-F]:[\da-fA-F:]")

    _VERSION = regex.compile(
        r"(?:version|release|build|update|upgrade|firmware|driver|treiber|rev|ver|v)\.?[ :#=(]*(?:auf[ ])?$",
        regex.IGNORECASE,
    )

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """The findings in `text`, without those behind a word such as `version`."""
        results = super().analyze(text, entities, nlp_artifacts, regex_flags)
        return [r for r in results if not self._VERSION.search(text, max(0, r.start - 24), r.start)]

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it is no address, or one of R's and C++'s `a::b`: an IPv6 address has a digit."""
        return not any(c.isdigit() for c in pattern_text) or bool(super().invalidate_result(pattern_text))


class IpWithPort(TableRecognizer):
    """What Presidio's patterns leave out: addresses with a port, in brackets, with a zone or behind letters and a colon."""

    entity = "IP_ADDRESS"
    needs = Pattern(r"\d\.\d+[:/]|[\da-fA-F]:[\da-fA-F:]")
    _OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
    table = (
        ScoredPattern(rf"(?<![\d.])(?:{_OCTET}\.){{3}}{_OCTET}(?::\d{{1,5}}|/\d{{1,2}})(?![\d.])", 0.9),
        ScoredPattern(r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?:%\w{1,16})?(?:/\d{1,3})?(?![\w:])", 0.9),
        ScoredPattern(r"\[(?P<value>(?=[^\]]*\d)(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:%\w{1,16})?)\]", 0.9),
        ScoredPattern(r"(?<![\w:])(?=[\da-fA-F:]*\d)(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}(?:%\w{1,16})?(?:/\d{1,3})?(?![\w:(])", 0.8),
    )  # fmt: skip
