"""Hardware addresses."""

from __future__ import annotations

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer


class MacAddress(TableRecognizer):
    """Six bytes in hexadecimal, separated by colons, hyphens or, in groups of four, by points."""

    entity = "MAC_ADDRESS"
    needs = Pattern(r"[\da-fA-F]{2}[:\-.][\da-fA-F]{2}")
    table = (
        ScoredPattern(r"(?<![\w:.\-])[0-9A-Fa-f]{2}([:\-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:\-])", 0.96),
        ScoredPattern(r"(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])", 0.7, lambda value: any(c.isdigit() for c in value) and not value.replace(".", "").isdigit()),
    )  # fmt: skip
