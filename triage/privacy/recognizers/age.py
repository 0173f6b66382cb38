"""Persons' ages."""

from __future__ import annotations

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer

_AGE = r"(?:1[01]\d|[1-9]?\d)(?![\d.,]?\d|%)"
_WORDS = r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ \-](?:one|two|three|four|five|six|seven|eight|nine))?|eighteen|nineteen|sixteen|seventeen|fifteen)"
_IN_SPAN = r"(?i:hace|durante|desde|depuis|pendant|il y a|dans|en|sur|pour|por|cada|après|tras|seit|vor|nach|over|for|past|last|next|within|in)"


class Age(TableRecognizer):
    """`34 years old`, `aged 34`, `34-jährig`, `âgé de 34 ans`, `34 años`; not how long something lasts."""

    entity = "AGE"
    needs = Pattern(r"\w")
    table = (
        ScoredPattern(rf"(?<![\w.,$€£/-])(?i:(?:{_AGE}|{_WORDS})[ \-]?(?:years?|yrs?|months?|weeks?)[ \-]olds?|{_AGE}[ ]?(?:y[./]?o\b\.?|yrs?\.? ?old)|{_AGE}[ \-]?year[ \-]old)", 0.85),
        ScoredPattern(rf"(?i:\baged?(?:[ ](?:of|about|around|between))?[ ]*:?[ ]?)(?P<value>{_AGE}(?:[ ]?(?:-|to|and)[ ]?{_AGE})?)(?![ ]?(?:%|days|hours|minutes|\w*bit))", 0.7),
        ScoredPattern(rf"(?i:\b(?:he|she|i|they|who|him|her|me|just|will|ll|s|brother|sister|son|daughter|father|mother|wife|husband|wir|birthday)[ ](?:just[ ]|recently[ ])?turn(?:s|ed|ing)?|\bturn(?:s|ed|ing)?|\bwhen[ ](?:he|she|i)[ ](?:was|were|is)|\bi am|\bi['’]m|\b(?:he|she)[ ](?:is|was)|\b(?:he|she)['’]s)[ ](?P<value>{_AGE})(?=[ ]*(?:[.,!?;)]|$|\n|and\b|but\b|years\b|next\b|today\b|on\b|in\b(?![ ]\d)))(?![.,:]\d)", 0.6),
        ScoredPattern(rf"(?i:(?<![\w.,-]){_AGE}[ \-]?jährige[rnms]?\b|(?<![\w.,-]){_AGE}[ \-]?jährig\b|(?<![\w.,-]){_AGE}[ ]Jahre[ ](?:alt|jung)|\bim[ ]Alter[ ]von[ ]{_AGE}(?:[ ]Jahren)?|\bAlter[ ]?:[ ]?{_AGE}|\bich[ ]bin[ ]{_AGE}(?=[ ]*(?:[.,!]|Jahre|und\b)))", 0.8),
        ScoredPattern(rf"(?i:\b(?:âgée?s?[ ]de|âge[ ]?:?(?:[ ]de)?|à[ ]l['’]âge[ ]de|a|ai|avait|avais|aura|fêt\w+[ ](?:ses|mes))[ ])(?P<value>{_AGE}[ ]ans)\b", 0.8),
        ScoredPattern(rf"(?<!\b{_IN_SPAN}[ ])(?<![\w.,-])(?i:{_AGE}[ ]ans)(?=[ ]*(?:[,.;)]|$|\n|et\b|de\b))(?<!(?:tous les|moins de|plus de)[ ]\d+[ ]ans)", 0.4),
        ScoredPattern(rf"(?i:\b(?:tengo|tiene|tenía|tenia|cumpl\w+|edad[ ](?:de|:)|de|a[ ]los)[ ])(?P<value>{_AGE}[ ]años(?:[ ]de[ ]edad)?)\b(?![ ]de[ ](?!edad))", 0.6),
        ScoredPattern(rf"(?i:(?<![\w.,-]){_AGE}[ ]años[ ]de[ ]edad|\bedad[ ]?:?[ ]?{_AGE})", 0.8),
    )  # fmt: skip
