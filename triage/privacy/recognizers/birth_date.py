"""Dates of birth: dates in the forms of Europe beside words that announce them."""

from __future__ import annotations

import regex

from triage.privacy.lexicon.word_lists import alternatives, month_stems, whole_words, words_of
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer

_FILE = "birth_words.txt"
_SHORT_CHARS = 4
_SEPARATOR = r"[ ]?[./\-–][ ]?"
_YEAR = r"(?:(?:18|19|20)\d\d|['’]?\d\d)(?!\d)"
_MONTH = rf"(?i:{alternatives(month_stems())})\p{{L}}{{0,9}}\.?"
_DAY = r"(?<!\d)[0-3]?\d(?:st|nd|rd|th|er|:?e|\.|º|ª)?"
_NUMBERS = (
    rf"(?<!\d)[0-3]?\d{_SEPARATOR}(?:[01]?\d|[0-3]\d|[IVX]{{1,4}}){_SEPARATOR}{_YEAR}|"
    rf"(?:18|19|20)\d\d(?:{_SEPARATOR}|[ ])[01]?\d(?:{_SEPARATOR}|[ ])[0-3]?\d(?!\d)\.?|"
    r"(?<!\d)[0-3]?\d[ ](?:[01]?\d|[IVX]{1,4})[ ](?:18|19|20)\d\d(?!\d)|(?<!\d)(?:(?:18|19|20)\d{6}|[0-3]\d[01]\d(?:18|19|20)\d\d)(?!\d)|"
    r"(?:18|19|20)\d\d[年년][ ]?\d{1,2}[月월][ ]?\d{1,2}[日일]"
)
_NAMED = (
    rf"{_DAY}[ \-]?(?:(?:de|of|do|d['’])[ ]?)?{_MONTH}(?:,?[ \-]{{0,2}}(?:de[ ]|del[ ]|du[ ])?{_YEAR})?|"
    rf"{_MONTH}[ ][0-3]?\d(?:st|nd|rd|th)?(?!\d)(?:,?[ ]{_YEAR})?|(?:18|19|20)\d\d\.?[ ]{_MONTH}[ ][0-3]?\d(?!\d)\.?|"
    rf"{_MONTH}[ ](?:de[ ]|del[ ])?(?:18|19|20)\d\d(?!\d)"
)
_DATE = rf"(?:{_NUMBERS}|{_NAMED})"

_GAP = r"(?:[ \t]*\n[ \t]*|[ \t,:]{1,3})"
_CAPITALIZED = r"\p{Lu}[\p{L}'’.\-]*+"
_VERB, _LABEL, _AFTER = (words_of(_FILE, kind) for kind in ("verb", "label", "after"))
_WORDS = frozenset((*_VERB, *_LABEL, *_AFTER))
_LONG_WORDS = frozenset(word for word in _WORDS if len(word) > _SHORT_CHARS)
_ANY_AFTER = regex.compile(whole_words(_AFTER, before=""))
_ON = rf"(?i:{alternatives(words_of(_FILE, 'on'))})"
_IN = rf"(?i:{alternatives(words_of(_FILE, 'in'))})"
_PLACE = rf"{_GAP}{_IN}[ ](?:{_CAPITALIZED})(?:[ /,]{{1,2}}{_CAPITALIZED}|[ ]\(\p{{L}}{{1,20}}\)){{0,3}}"
_WEEKDAY = r"(?:\p{L}{3,12},?[ ])?"
_ON_DAY = rf"(?:{_GAP}{_ON})?{_GAP}{_WEEKDAY}(?:{_ON}[ ])?"
_SIGNS = r"[ \t]*(?:\([^()\n]{1,20}\))?[ \t]*(?:(?:は|是|为|은|는|is|was|ist|lautet|war|est|es|è|é|er|är|on|to|jest|é|:|：|=|\||-|–|—|\.)[ \t]*){0,3}\n?[ \t]*"


class BirthDate(TableRecognizer):
    """`geboren am 04.07.1961`, `née à Lyon le 3 mars 1984`, `DOB: 5/6/79`, `1984年3月3日生`, `(* 04.07.1961)`."""

    entity = "BIRTH_DATE"
    needs = Pattern(rf"(?i:{alternatives(_LONG_WORDS)})|{whole_words(_WORDS.difference(_LONG_WORDS))}|\*[ ]?\d")
    min_digits = 1
    has_own_set = True
    table = (
        ScoredPattern(rf"{whole_words(_VERB)}(?:(?:{_GAP}{_CAPITALIZED}){{1,2}}(?={_GAP}{_ON}[ ]))?(?:{_PLACE})?{_ON_DAY}(?P<value>{_DATE})", 0.9),
        ScoredPattern(rf"{whole_words(_LABEL)}{_SIGNS}(?:{_ON}[ ])?{_WEEKDAY}(?P<value>{_DATE})", 0.9),
        ScoredPattern(rf"(?P<value>{_DATE})(?:\-\p{{L}}{{1,3}})?(?:[ ]{_IN}[ ]{_CAPITALIZED})?[ ]?\(?{whole_words(_AFTER, before='')}", 0.9, requires=_ANY_AFTER),
        ScoredPattern(rf"(?<=[\p{{L}},(;|][ ]?)\*[ ]?(?P<value>{_DATE})", 0.8),
        ScoredPattern(rf"(?m)^[ \t]*\*[ ]?(?P<value>[0-3]?\d(?:\.[ ]?(?:[01]?\d\.|{_MONTH})|[ ]{_MONTH})[ ]?(?:19\d\d|200\d))(?!\d)", 0.8),
    )  # fmt: skip
