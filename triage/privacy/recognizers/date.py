"""Calendar dates in their usual written forms."""

from __future__ import annotations

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer

_MONTH = (
    r"(?:Jan(?:uary|uar|\.)?|Feb(?:ruary|ruar|\.)?|M[aä]r(?:ch|z|\.)?|Apr(?:il|\.)?|May|Mai|June?|Juni|July?|Juli|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|O[ck]t(?:ober|\.)?|Nov(?:ember|\.)?|De[cz](?:ember|\.)?|"
    r"janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:(?:18|19|20)\d\d|['’]\d\d)"


class Date(TableRecognizer):
    """Numbers with separators, ISO dates, and months by name in four languages."""

    entity = "DATE"
    needs = Pattern(r"\d")
    min_digits = 1
    table = (
        ScoredPattern(rf"(?<![\w.\-/])(?:{_YEAR}[\-/.](?:0?[1-9]|1[0-2])[\-/.]{_DAY}|{_DAY}[./\-]{_DAY}[./\-](?:(?:18|19|20)\d\d|\d\d))(?![\w\-/]|\.\d)", 0.7),
        ScoredPattern(rf"(?i:\b{_DAY}(?:st|nd|rd|th|er|\.)?[ ](?:of[ ]|de[ ])?{_MONTH}(?:,?[ ](?:de[l]?[ ])?{_YEAR})?(?!\p{{L}}))", 0.7),
        ScoredPattern(rf"(?i:\b{_MONTH}[ ]{_DAY}(?:st|nd|rd|th)?(?:,?[ ]{_YEAR})?(?![\w:]))", 0.6),
        ScoredPattern(rf"(?i:\b{_MONTH},?[ ](?:de[l]?[ ])?(?:18|19|20)\d\d)\b", 0.6),
    )  # fmt: skip
