"""Passports' numbers."""

from __future__ import annotations

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import TableRecognizer, announced


class Passport(TableRecognizer):
    """Numbers after a word for a passport."""

    entity = "PASSPORT"
    needs = Pattern(r"(?i:pass|pasap)")
    wraps = frozenset({"number", "code"})
    table = (
        announced(
            r"passports?|pass[\- ]?(?:nummer|nr)\.?|reisepass(?:[\- ]?(?:nummer|nr)\.?)?|passeports?|pasaportes?|passaporto",
            r"(?=[A-Z]{0,3}\d)[A-Z]{0,3}[ ]?\d{6,9}[A-Z]?(?!\w)|(?=[CFGHJKLMNPRTVWXYZ\d]*\d)[CFGHJKLMNPRTVWXYZ0-9]{9}\d?(?!\w)|\d\d[A-Z]{2}\d{5}(?!\w)",
        ),
    )
