"""What a word announces as a number and what is no whole one: masked, cut off or mistyped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triage.privacy.lexicon.word_lists import alternatives, words_of
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.id_numbers import ID_NUMBERS
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer, announced

_WORDS = "announcing_words.txt"
_MASKS = "*•●#…?xX_"
_GROUP = r"(?:[A-Za-z]{0,6}[\d*•●…_#][\dA-Za-z*•●…_#?]{0,40}+|[xX]{2,20}(?!\p{L}))"
_VALUE = rf"(?:[A-Z]{{1,3}}[ ](?=[\d*•●]))?{_GROUP}(?:(?:[ ]?[\-./][ ]?|[ ]){_GROUP}){{0,9}}"
_SCORE = 0.7
_CAPITALS_ONLY = 4
"""Shorter words announce only in capitals here: `EIN` does, German `ein` does not."""
_WORDS_A_PATTERN = 20
_OTHER_ID_WORDS = (
    "steuer-id | steueridentifikationsnummer | steuerliche identifikationsnummer | steuernummer | steuer-nr. | sozialversicherungsnummer | rentenversicherungsnummer | "
    "personalausweis | personalausweisnummer | ausweisnummer | tax id | tax number | national insurance | national insurance number | ni number | nhs number | "
    "numéro de sécurité sociale | n° de sécurité sociale | sécurité sociale | numéro fiscal | seguridad social | ahv-nummer | ahv-nr. | avs | dni | nie | nif | nino | itin | ein | utr | ahv | nir | nuss"
).split(" | ")


def is_partial(value: str) -> bool:
    """Whether enough is there for a number: five signs, of which two are digits or three are masks."""
    masks = sum(value.count(mask) for mask in _MASKS)
    digits = sum(character.isdigit() for character in value)
    signs = sum(character.isalnum() or character in _MASKS for character in value)
    return signs >= 5 and (digits >= 2 or masks >= 4)


def is_masked_card(value: str) -> bool:
    """Whether it has about a card's length and four masks, and ends in a digit if not all but its head is masked."""
    masks = sum(value.count(mask) for mask in _MASKS)
    length = masks + sum(character.isdigit() for character in value)
    return masks >= 4 and 8 <= length <= 22 and (value[-1].isdigit() or masks >= 9)


def _after_each(phrases: Sequence[str]) -> Iterator[ScoredPattern]:
    """Patterns of few words each: the prefilter reads a long choice of words as any text."""
    short = sorted({phrase.upper() for phrase in phrases if len(phrase) < _CAPITALS_ONLY})
    long = sorted({phrase for phrase in phrases if len(phrase) >= _CAPITALS_ONLY})
    for start in range(0, len(long), _WORDS_A_PATTERN):
        yield _after(alternatives(long[start : start + _WORDS_A_PATTERN]))
    yield _after(rf"(?-i:{alternatives(short)})")


def _after(words: str) -> ScoredPattern:
    return announced(words, _VALUE, _SCORE, is_partial, between=r"(?:[ ](?:number|no\.?|nummer|nr\.?))?")


class PartialIban(TableRecognizer):
    """`IBAN CH29309...`, `IBAN: DE89 XXXX XXXX 1234`."""

    entity = "IBAN_CODE"
    needs = Pattern(r"(?i:iban)")
    table = (_after("iban"),)


class PartialSsn(TableRecognizer):
    """`SSN 987-XX-XXXX`, `social security number ***-**-1234`, and the masked form alone."""

    entity = "US_SSN"
    needs = Pattern(r"[\d*xX]")
    table = (
        _after(r"ssn|ss\#|social[ ]security(?:[ ](?:number|no\.?|\#))?|soc\.?[ ]sec\.?(?:[ ]no\.?)?"),
        ScoredPattern(
            r"(?<![\w*\-])(?=[X*\-]*\d)(?:[\dX*]{3}-[X*]{2}-[\dX*]{4}|[X*]{3}-\d\d-[\dX*]{4})(?![\w*\-])", _SCORE
        ),
    )


class PartialCard(TableRecognizer):
    """`4532************7890`, `4532 12XX XXXX 7890`, `**** **** **** 4242`; and the last digits after words for them."""

    entity = "CREDIT_CARD"
    needs = Pattern(r"\d{2}")
    min_digits = 2
    has_own_set = True
    _CARD = rf"(?<!\p{{L}})(?i:{alternatives(words_of(_WORDS, 'card'))})(?!\p{{L}})"
    _ENDING = rf"(?i:{alternatives(words_of(_WORDS, 'ending'))})(?!\p{{L}})"
    _DIGITS = rf"(?<!\p{{L}})(?i:{alternatives(words_of(_WORDS, 'digits'))})(?!\p{{L}})"
    _FOUR = r"(?P<value>(?<![\d.,])\d{4})(?![\d]|[.,]\d)"
    table = (
        _after(r"(?:card|kreditkarten?|karten|kaart|kort)[ \-]?(?:numbers?|no\.?|nummer|nr\.?)|num[ée]ro[ ]de[ ](?:la[ ]|ma[ ]|votre[ ])?(?:carte|tarjeta)|número[ ]d[eo][ ](?:la[ ]|mi[ ])?(?:tarjeta|cartão)|numero[ ](?:di|della)[ ]carta|numer[ ]karty"),
        ScoredPattern(r"(?<![\w*•●])\d{4}[ \-]?\d{0,4}[ \-]?[*•●#xX]{2,12}+(?:[ \-]?[*•●#xX]{2,6}+){0,3}[ \-]?\d{0,4}(?![\w*])", 0.85, is_masked_card),
        ScoredPattern(r"(?<![\w*•●])(?:[*•●]{4,6}|X{4,6})(?:[ \-](?:[*•●]{4,6}|X{4,6})){1,3}[ \-]?\d{4}(?![\w*]|[ ]?\*)", 0.85, is_masked_card),
        ScoredPattern(r"(?<![\w*•●])(?:[*•●]{4,16}|X{8,12})\d{4}(?![\w*]|[ ]?\*)", _SCORE, is_masked_card),
        ScoredPattern(rf"{_CARD}[^\d\n]{{0,30}}?{_ENDING}(?:[ ](?:the|in|den|die|les|los|le)\b)?(?:[ ](?i:digits|ziffern|chiffres|d[ií]gitos|cifre|cijfers|cyfry|siffror))?[^\p{{L}}\d\n]{{0,6}}{_FOUR}", 0.85),
        ScoredPattern(rf"{_CARD}[ ]?(?:no\.?|nr\.?|n°)?[ ]?(?:[*•●xX]{{1,16}}|[.]{{2,4}}|…|-)[ ]?(?P<value>\d{{4}})(?!\d|[.,]\d)", _SCORE),
        ScoredPattern(rf"{_DIGITS}[^\d\n.]{{0,40}}?{_FOUR}", _SCORE),
        ScoredPattern(rf"{_FOUR}[^\d\n.]{{1,16}}?{_DIGITS}", 0.5),
    )  # fmt: skip


class PartialId(TableRecognizer):
    """`Steuer-ID: 12 345 678 90?`, `PESEL 4405140****`: a personal or tax number that is no whole one."""

    entity = "NATIONAL_ID"
    needs = Pattern(r"\d|[*xX]{2}")
    has_own_set = True
    table = tuple(_after_each([*_OTHER_ID_WORDS, *(p.strip() for n in ID_NUMBERS for p in n.words.split("|"))]))


class PartialPassport(TableRecognizer):
    """`passport no. C0300****`."""

    entity = "PASSPORT"
    needs = Pattern(r"(?i:pas|útlev)")
    table = (
        _after(
            r"passports?|passnummer|pass-?nr\.?|reisepass(?:nummer)?|passeports?|pasaportes?|passaporto|passaporte|paspoort(?:nummer)?|paszportu?|pasnummer|passinumero|číslo[ ]pasu|útlevélszám"
        ),
    )


class PartialLicense(TableRecognizer):
    """`driver's license F1628235****`."""

    entity = "DRIVER_LICENSE"
    needs = Pattern(r"\d|[*xX]{2}")
    table = (
        _after(
            r"driv(?:er|ing)(?:['’]?s|s['’])?[ ]licen[cs]e|führerschein(?:nummer|nr\.?)?|permis[ ]de[ ]conduire|(?:permiso|carn[eé])[ ]de[ ]conducir|patente[ ]di[ ]guida|"
            r"rijbewijs(?:nummer)?|carta[ ]de[ ]condução|prawo[ ]jazdy|kørekort(?:nummer)?|körkort(?:snummer)?|ajokortti"
        ),
    )
