"""What is known of words offline: given names, surnames, and how ordinary a word is in a language."""

from __future__ import annotations

from enum import Enum
from functools import cache, lru_cache

import regex
from faker.providers.person.en_US import Provider as UsNames

from triage.mail.structure import is_form_word
from triage.privacy.lexicon.frequency import is_frequent, is_ordinary, zipf
from triage.privacy.lexicon.local_names import (
    base_name,
    is_ambiguous,
    is_local_word,
    locales,
    name_lists,
    names_of,
    words_of,
)
from triage.privacy.lexicon.word_lists import word_set

_NEVER_NAMES = frozenset(
    "january february july september october november december monday tuesday wednesday thursday friday saturday sunday"
    " mon tue tues wed thu thur thurs fri sat sun feb mar apr jun jul aug sep sept oct nov dec"
    " januar februar märz juli oktober dezember montag dienstag mittwoch donnerstag samstag sonntag"
    " janvier février mars avril juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche"
    " enero febrero marzo mayo septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado"
    " sie ihr ihnen sehr ich wir und nicht bitte danke".split()
)
"""Words in lists of names that have another meaning wherever they stand."""
_DATED = regex.compile(r"[ .]{1,2}\d{1,4}\b")
_DAY_BEFORE = regex.compile(r"\b\d{1,2}(?:st|nd|rd|th|\.)?[ \-](?:of[ ]|de[ ])?$")
_MONTHS = frozenset(
    "jan january mar march april apr may mai june juni jun july juli august aug abril mayo junio julio juin".split()
)
_PROPER_ZIPF = 4.6
_LOWER_WORD = regex.compile(r"(?<![\p{L}\p{N}@.])\p{Ll}[\p{L}'’]+(?![@\p{N}])")
_LOWER_CODE = regex.compile(
    r"(?<=,[ \n]{1,3}|\n[ ]*)(?!na|st|rd|dr)[a-z]{2}(?=[ \n]{1,3}\d{5})|\b[adf]po a[ape](?= \d{5})|\bus[ns]v?(?= \p{Ll}+\n)|(?<= )[a-z]{2}(?=\n|$)"
)
_ADDRESS_WORDS = frozenset(
    "street road avenue lane drive court place square terrace way close box north south east west new hill park unit islands".split()
)
_SHORTEST_NAME = 3
_UNKNOWN = "und"
PARTICLES = frozenset("van von vom zu der den de del della di da dos du la le ter ten bin ben al el af y".split())
"""Words without a capital inside names."""
_CHECKED = frozenset({"en", "de", "fr", "es", _UNKNOWN})
"""Languages whose words are in the list of ambiguous names, where it was compared with all name lists by hand."""


class Kind(Enum):
    """What a word most likely is when it stands capitalized in running text."""

    GIVEN = "a given name"
    SURNAME = "a surname"
    EITHER = "a name and an ordinary word too"
    ORDINARY = "an ordinary word"
    RARE = "in use, but rare"
    UNKNOWN = "in no list"


@lru_cache(maxsize=200_000)
def kind(word: str, language: str) -> Kind:
    """The kind of one word, whatever its case, for an ISO 639-1 language (`und` reads as English)."""
    plain = word.casefold().replace("’", "'").removesuffix("'s")
    if plain in _NEVER_NAMES or _only_forms_a_letter(plain, language):
        return Kind.ORDINARY
    known = None if language in _CHECKED else _kind_of_local_word(plain, language)
    known = known or _kind_of_listed_name(plain)
    if known is not None:
        return known
    if not is_ordinary(plain, language):
        return Kind.UNKNOWN
    return Kind.ORDINARY if is_frequent(plain, language) else Kind.RARE


def _kind_of_listed_name(plain: str) -> Kind | None:
    """The kind of a word of the lists of all countries."""
    given, surnames, ambiguous = _names()
    if plain in ambiguous or (len(plain) < _SHORTEST_NAME and (plain in given or plain in surnames)):
        return Kind.EITHER
    if plain in given:
        return Kind.GIVEN
    if plain in surnames:
        return Kind.SURNAME
    if any(part in given and part not in ambiguous for part in plain.split("-")[:-1]):
        return Kind.GIVEN
    return None


def _kind_of_local_word(plain: str, language: str) -> Kind | None:
    """What the word is in its language alone: a name of its countries, a form of one, or an ordinary word.

    The list of ambiguous names was made for other languages, so that a word of this one goes before it.
    """
    given, surnames = names_of(language)
    name = plain if plain in given or plain in surnames else base_name(plain, language)
    if name is None:
        return Kind.ORDINARY if is_local_word(plain, language) else None
    if is_ambiguous(name, language) or is_ambiguous(plain, language) or len(plain) < _SHORTEST_NAME:
        return Kind.EITHER
    return Kind.GIVEN if name in given else Kind.SURNAME


def _only_forms_a_letter(plain: str, language: str) -> bool:
    """Whether it is a form word (`Rechnung`, `Cher`) and neither a particle nor a name of the language's countries.

    In a text of unknown language the form words of all languages count, so there no listed name may be one.
    """
    if plain in PARTICLES or not is_form_word(plain, language):
        return False
    given, surnames = listed_names() if language == _UNKNOWN else names_of(language)
    return plain not in given and plain not in surnames


def is_mostly_given(word: str) -> bool:
    """Whether a listed name is a given name more often than a surname: `Mark` and `James`, not `Robinson`.

    By the counts for the United States that Faker has, of births and of the census; a name without counts must be in
    lists of given names alone.
    """
    plain = word.casefold()
    given, surname = (counts.get(plain, 0.0) for counts in _counts())
    if given or surname:
        return given > surname
    all_given, all_surnames = listed_names()
    return plain in all_given and plain not in all_surnames


@cache
def _counts() -> tuple[dict[str, float], dict[str, float]]:
    given, surnames = UsNames.first_names, UsNames.last_names
    return (
        {name.casefold(): share for name, share in given.items()},
        {name.casefold(): share for name, share in surnames.items()},
    )


def is_common_noun(word: str) -> bool:
    """Whether a listed name that is no ambiguous one with a capital is an English noun without: `hall`, `rice`."""
    return word in word_set("common_nouns.txt")


def given_names() -> frozenset[str]:
    """All listed given names, folded."""
    return _names()[0]


def is_listed(word: str, language: str) -> bool:
    """Whether a folded word is, as it stands, a listed name of any country: `peters`, but not the genitive `brauns`."""
    return any(word in names for names in (*listed_names(), *names_of(language)))


@cache
def listed_names() -> tuple[frozenset[str], frozenset[str]]:
    """All listed given names and all listed surnames, folded; a name may be in both."""
    given: set[str] = set()
    surnames: set[str] = set()
    for locale in locales():
        for attribute, names in name_lists(locale):
            if attribute.startswith("first_name"):
                given |= words_of(names)
            elif attribute.startswith("last_name"):
                surnames |= words_of(names)
    return frozenset(given), frozenset(surnames)


@lru_cache(maxsize=100_000)
def _is_rare(word: str) -> bool:
    return zipf(word, "en") < _PROPER_ZIPF


def is_month(text: str, start: int, end: int) -> bool:
    """Whether the word [start, end) of a text is a month beside a number: `Jan 16`, `3 May`."""
    if text[start:end].casefold() not in _MONTHS:
        return False
    return _DATED.match(text, end) is not None or _DAY_BEFORE.search(text, max(0, start - 12), start) is not None


def with_capitals(text: str) -> str:
    """A text in lower case, as long as before, with capitals where proper nouns or parts of an address may stand."""
    letters = list(text)
    for match in _LOWER_WORD.finditer(text):
        word = match.group()
        capital = word[0].upper()
        if len(capital) == 1 and (word in _ADDRESS_WORDS or _is_rare(word)):
            letters[match.start()] = capital
    for match in _LOWER_CODE.finditer(text):
        letters[match.start() : match.end()] = match.group().upper()
    return "".join(letters)


@cache
def _names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    given, surnames = listed_names()
    return given, surnames - given, word_set("ambiguous.txt")
