"""Driving licences' numbers."""

from __future__ import annotations

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer, announced

_EDGE, _END = r"(?<![\w.\-/])", r"(?![\w]|[.\-/]\w)"


class DriverLicense(TableRecognizer):
    """Numbers after words for a driving licence, and the UK's own form."""

    entity = "DRIVER_LICENSE"
    needs = Pattern(r"\d")
    min_digits = 1
    table = (
        announced(
            r"driv(?:er|ing)(?:['’]?s|s['’])?[ ]licen[cs]e|dl|d\.l\.|führerschein(?:[\- ]?(?:nummer|nr)\.?)?|führerausweis|permis(?:[ ]de[ ]conduire)?|"
            r"(?:permiso|licencia|carn[eé])[ ]de[ ]conducir|patente(?:[ ]di[ ]guida)?",
            r"(?=[A-Za-z]{0,6}[ \-]?\d)[A-Za-z0-9](?:[ \-]?[A-Za-z0-9]){4,18}(?<=\d[A-Za-z]{0,3})(?!\w)",
        ),
        ScoredPattern(rf"{_EDGE}[A-Z9]{{5}}\d[0156]\d[0-3]\d\d[A-Z9]{{2}}\d[A-Z]{{2}}{_END}"),
    )
