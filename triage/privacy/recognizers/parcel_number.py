"""Numbers of parcels: the forms of carriers, and what a word for a parcel announces."""

from __future__ import annotations

from triage.privacy.lexicon.word_lists import alternatives, words_of
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer, announced

_WORDS = "announcing_words.txt"
_EDGE, _END = r"(?<![\w.\-/])", r"(?![\w]|[.\-/]\w)"
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_LEAST_DIGITS = 8


def is_s10(number: str) -> bool:
    """Whether the check digit of a postal item's number is right (UPU standard S10)."""
    digits = [int(character) for character in number if character.isdigit()]
    remainder = 11 - sum(w * d for w, d in zip(_WEIGHTS, digits, strict=False)) % 11
    return digits[8] == {10: 0, 11: 5}.get(remainder, remainder)


def has_eight_digits(number: str) -> bool:
    """Whether it is long enough for a parcel's."""
    return sum(character.isdigit() for character in number) >= _LEAST_DIGITS


class ParcelNumber(TableRecognizer):
    """`1Z999AA10123456784`, `RR 123 456 785 DE`, DHL's `JJD…` and `00340…`, PostNL's `3S…`, and others after their word."""

    entity = "ACCOUNT_NUMBER"
    needs = Pattern(r"\d")
    min_digits = 8
    has_own_set = True
    table = (
        ScoredPattern(rf"{_EDGE}1Z[ ]?(?=[A-Z ]{{0,8}}\d)[0-9A-Z]{{3}}[ ]?[0-9A-Z]{{3}}[ ]?\d\d[ ]?\d{{4}}[ ]?\d{{3}}[ ]?\d{_END}", 0.9),
        ScoredPattern(rf"{_EDGE}[A-Z]{{2}}[ ]?\d{{3}}[ ]?\d{{3}}[ ]?\d{{3}}[ ]?[A-Z]{{2}}{_END}", 0.85, is_s10),
        ScoredPattern(rf"{_EDGE}(?:JJD[ ]?\d[\d ]{{10,24}}\d|JVGL\d{{16}}|00340\d{{15}}|3S[A-Z]{{4}}[A-Z0-9]{{3}}\d{{6,8}}|TBA\d{{12}}|6[A-Z]\d{{11}}|9[1-5]\d{{20}}){_END}", 0.85),
        announced(alternatives(words_of(_WORDS, "parcel")), r"(?=[A-Z]{0,4}\d)[A-Z0-9](?:[ \-]?[A-Z0-9]){7,29}(?<=\d[A-Z]{0,2})(?!\w)", 0.8, has_eight_digits),
        announced(alternatives(words_of(_WORDS, "carrier")), r"(?=[A-Z]{0,4}\d)[A-Z0-9](?:[ ]?[A-Z0-9]){9,29}(?<=\d[A-Z]{0,2})(?!\w)", 0.6, has_eight_digits),
    )  # fmt: skip
