"""What is known of words offline: given names, surnames, and how ordinary a word is in a language."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import Enum
from functools import cache, lru_cache
from math import log10
from pathlib import Path

import faker.providers.person as person_lists
import regex
import wordfreq

_AMBIGUOUS = Path(__file__).parent / "data" / "ambiguous.txt"
_ORDINARY_ZIPF = {"en": 2.0, "de": 2.0, "fr": 2.0, "es": 2.0}
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
_FREQUENT_ZIPF = 3.2
_PROPER_ZIPF = 4.6
_LOWER_WORD = regex.compile(r"(?<![\p{L}\p{N}@.])\p{Ll}[\p{L}'’]+(?![@\p{N}])")
_LOWER_CODE = regex.compile(
    r"(?<=,[ \n]{1,3}|\n[ ]*)(?!na|st|rd|dr)[a-z]{2}(?=[ \n]{1,3}\d{5})|\b[adf]po a[ape](?= \d{5})|\bus[ns]v?(?= \p{Ll}+\n)|(?<= )[a-z]{2}(?=\n|$)"
)
_ADDRESS_WORDS = frozenset(
    "street road avenue lane drive court place square terrace way close box north south east west new hill park unit islands".split()
)
_LISTED_LANGUAGES = wordfreq.available_languages("best").keys()
_SHORTEST_NAME = 3
_PARTS = re.compile(r"[\s\-.’]+")


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
    given, surnames, ambiguous = _names()
    plain = word.casefold().replace("’", "'").removesuffix("'s")
    if plain in _NEVER_NAMES:
        return Kind.ORDINARY
    if plain in ambiguous or (len(plain) < _SHORTEST_NAME and (plain in given or plain in surnames)):
        return Kind.EITHER
    if plain in given:
        return Kind.GIVEN
    if plain in surnames:
        return Kind.SURNAME
    if any(part in given and part not in ambiguous for part in plain.split("-")[:-1]):
        return Kind.GIVEN
    if not is_ordinary(plain, language):
        return Kind.UNKNOWN
    return Kind.ORDINARY if _is_frequent(plain, language) else Kind.RARE


def given_names() -> frozenset[str]:
    """All listed given names, folded."""
    return _names()[0]


@cache
def listed_names() -> tuple[frozenset[str], frozenset[str]]:
    """All listed given names and all listed surnames, folded; a name may be in both."""
    given: set[str] = set()
    surnames: set[str] = set()
    for attribute, values in _lists():
        words = {word for value in values for word in value.casefold().replace("-", " ").split() if len(word) > 1}
        (given if attribute.startswith("first_name") else surnames).update(words)
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


def _is_frequent(word: str, language: str) -> bool:
    codes = {"en", language} & _ORDINARY_ZIPF.keys()
    return "-" in word or any(zipf(word, code) >= _FREQUENT_ZIPF for code in codes)


def is_ordinary(word: str, language: str) -> bool:
    """Whether the word, or each part of it around hyphens, is in common use in the language or in English."""
    parts = word.casefold().split("-")
    return all(_common(part, language) for part in parts if part)


def _common(word: str, language: str) -> bool:
    forms = (word, word.removesuffix("s"), word.removesuffix("'s"))
    return any(form in _ordinary(code) for code in ("en", language) if code in _ORDINARY_ZIPF for form in forms)


def zipf(words: str, language: str) -> float:
    """How often words are used: log10 of uses in a billion words, 0 for a word that is not known.

    As wordfreq's own function (the harmonic mean of the words' frequencies), without its tokenizer, which takes
    longer than the lookup.
    """
    known, folded = _frequencies(language), words.casefold()
    if (rarity := known.get(folded)) is not None:
        return _zipf_of(rarity)
    parts = [known.get(part) for part in _PARTS.split(folded) if part]
    if not parts or None in parts:
        return 0.0
    return _zipf_of(*(rarity for rarity in parts if rarity is not None))


@lru_cache(maxsize=10_000)
def _zipf_of(*rarities: int) -> float:
    return max(0.0, 9 - log10(sum(10 ** (rarity / 100) for rarity in rarities)))


@cache
def _frequencies(language: str) -> dict[str, int]:
    """The rarity of each word, in hundredths of the decimal logarithm."""
    if language not in _LISTED_LANGUAGES:
        return {}
    buckets = wordfreq.get_frequency_list(language, "best")
    return {word: rarity for rarity, bucket in enumerate(buckets) for word in bucket}


@cache
def _ordinary(language: str) -> frozenset[str]:
    """Words of at least the language's bound on the Zipf scale (log10 of uses in a billion words)."""
    buckets = wordfreq.get_frequency_list(language, "large")
    centibels = round(100 * (9 - _ORDINARY_ZIPF[language]))
    return frozenset(word for bucket in buckets[:centibels] for word in bucket)


@cache
def _names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    given, surnames = listed_names()
    return given, surnames - given, frozenset(_AMBIGUOUS.read_text("utf-8").split())


def _lists() -> Iterator[tuple[str, list[str]]]:
    """The name lists of all locales that Faker ships."""
    for module in pkgutil.iter_modules(person_lists.__path__):
        provider = importlib.import_module(f"{person_lists.__name__}.{module.name}").Provider
        for attribute in dir(provider):
            values = getattr(provider, attribute)
            if attribute.startswith(("first_name", "last_name")) and isinstance(values, (tuple, list, dict)):
                yield attribute, [value for value in values if isinstance(value, str)]
