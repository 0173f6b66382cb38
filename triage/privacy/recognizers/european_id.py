"""Personal and tax numbers of all countries of the EU and of Norway, by one table; see national_id for those of longer standing."""

from __future__ import annotations

from triage.privacy.lexicon.word_lists import alternatives
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.id_numbers import ID_NUMBERS, IdNumber
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer, announced

_EDGE, _END = r"(?<![\w.\-/+])", r"(?![\w]|[.\-/]\w)"
_ANNOUNCED_SCORE = 0.86
_BETWEEN = r"(?:\-\p{Ll}{1,5})?(?:[ ]\p{Ll}{1,12}){0,3}?"
"""What may follow the word: `CNP-ul meu este 163…`, `personnumret för kunden är 8008…`."""


def phrases(number: IdNumber) -> tuple[str, ...]:
    """The words that announce a number."""
    return tuple(phrase.strip() for phrase in number.words.split("|"))


def _patterns(number: IdNumber) -> tuple[ScoredPattern, ...]:
    """A number after its word, whether or not its check digits hold, and one that needs no word."""
    after_word = announced(alternatives(phrases(number)), number.form, _ANNOUNCED_SCORE, between=_BETWEEN)
    if not number.alone:
        return (after_word,)
    return after_word, ScoredPattern(rf"{_EDGE}(?:{number.alone}){_END}", number.score, number.check)


class EuropeanId(TableRecognizer):
    """What a word announces, mistyped or not; without a word, what a form or check digits tell apart."""

    entity = "NATIONAL_ID"
    needs = Pattern(r"\d")
    min_digits = 1
    wraps = frozenset({"number", "code"})
    has_own_set = True
    table = tuple(pattern for number in ID_NUMBERS for pattern in _patterns(number))
