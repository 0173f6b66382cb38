"""Vehicles' licence plates."""

from __future__ import annotations

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer, announced

_EDGE, _END = r"(?<![\w.\-/])", r"(?![\w]|[.\-/]\w)"
_PLATE_WORDS = (
    r"(?:licen[cs]e|number|registration|vehicle)[ ]plates?|licen[cs]e[ ]tag|registration(?:[ ](?:number|no|mark))?|reg(?:[ ]?no)?\.?|plates?|"
    r"kennzeichen|nummernschild|autonummer|kontrollschild|immatriculation|immatriculée?|plaque(?:[ ]d['’]immatriculation)?|matr[ií]cula|placa"
)


class LicensePlate(TableRecognizer):
    """Plates of the UK and France by form, German ones by hyphen and blank, others after a word for a plate."""

    entity = "LICENSE_PLATE"
    needs = Pattern(r"\d")
    min_digits = 1
    wraps = frozenset({"code"})
    table = (
        ScoredPattern(rf"{_EDGE}[A-HJ-PR-Y][A-HJ-PR-Y]\d\d[ ][A-HJ-PR-Z]{{3}}{_END}", 0.6),
        ScoredPattern(rf"{_EDGE}[A-HJ-NP-TV-Z]{{2}}-\d{{3}}-[A-HJ-NP-TV-Z]{{2}}{_END}", 0.7),
        ScoredPattern(rf"{_EDGE}[A-ZÄÖÜ]{{1,3}}-[A-Z]{{1,2}}[ ]\d{{1,4}}[EH]?{_END}", 0.6),
        ScoredPattern(
            rf"{_EDGE}\d{{4}}[ \-](?!GMT|[CPM]ST|HRS|MHZ|KHZ|RPM|PCT)[BCDFGHJKLMNPRSTVWXYZ]{{3}}(?=[ ,.;)\n]|$)(?<!(?:19|20)\d\d.{{4}})",
            0.4,
        ),
        announced(_PLATE_WORDS, r"(?=[A-ZÄÖÜ\- ]{0,7}\d)[A-ZÄÖÜ0-9]{1,4}(?:[ \-·]?[A-Z0-9]{1,5}){1,2}(?!\w)"),
    )
