"""The names of one language's countries, and which of its words are names there, in what form they stand."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache

import faker.providers.person as person_lists

from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.inflection import bases
from triage.privacy.lexicon.word_lists import lines

_LOCALES = {"nb": ("no_NO",), "nn": ("no_NO",), "da": ("da_DK", "no_NO"), "sk": ("sk_SK", "cs_CZ")}
"""The locales whose names a language has, besides those that bear its code."""
_USED_ELSEWHERE = ("en", "de", "fr")
_LOCAL_EXCESS = 1.0
_LOCAL_ZIPF = 3.5
_NO_NAME_ZIPF = 5.7
_FORM_EXCESS = 0.3


def names_of(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Given names and surnames of the countries that speak a language, folded; a name may be in both."""
    return _names(language)


def is_ambiguous(name: str, language: str) -> bool:
    """Whether a name of a language is an ordinary word of it as well, by list or by more use than names have."""
    return name in _by_language("ambiguous").get(language, frozenset()) or zipf(name, language) >= _NO_NAME_ZIPF


def is_local_word(word: str, language: str) -> bool:
    """Whether a word is used much more in a language than in others, as its ordinary words are.

    A foreign name is about as frequent everywhere: `Nadia` in Dutch and in English, but not `dag`.
    """
    used = zipf(word, language)
    return used >= _LOCAL_ZIPF and all(used >= zipf(word, other) + _LOCAL_EXCESS for other in _USED_ELSEWHERE)


def base_name(word: str, language: str) -> str | None:
    """The listed name of a language that a folded word is a form of, None for none.

    A form is used less than the name itself; a word that is used more is an ordinary one that looks like a form.
    """
    given, surnames = _names(language)
    for base in bases(word, language):
        if base in given or base in surnames:
            return base if zipf(word, language) <= zipf(base, language) + _FORM_EXCESS else None
    return None


@cache
def _names(language: str) -> tuple[frozenset[str], frozenset[str]]:
    given = set(_by_language("given").get(language, ()))
    surnames: set[str] = set()
    for locale in locales():
        if locale.startswith(f"{language}_") or locale in _LOCALES.get(language, ()):
            for attribute, names in name_lists(locale):
                (given if "first_name" in attribute else surnames).update(words_of(names))
    return frozenset(given), frozenset(surnames)


def locales() -> Iterator[str]:
    """The locales that Faker ships lists of names for."""
    return (module.name for module in pkgutil.iter_modules(person_lists.__path__))


def name_lists(locale: str) -> Iterator[tuple[str, list[str]]]:
    """A locale's lists of given names and surnames in Faker, each by the attribute that holds it."""
    provider = importlib.import_module(f"{person_lists.__name__}.{locale}").Provider
    for attribute in dir(provider):
        values = getattr(provider, attribute)
        if isinstance(values, (tuple, list, dict)) and ("first_name" in attribute or "last_name" in attribute):
            yield attribute, [value for value in values if isinstance(value, str)]


def words_of(names: Iterable[str]) -> set[str]:
    """The words of names, folded, without single letters."""
    return {word for name in names for word in name.casefold().replace("-", " ").split() if len(word) > 1}


@cache
def _by_language(name: str) -> dict[str, frozenset[str]]:
    """The words of a data file whose lines hold a language's code and its words."""
    entries = map(str.split, lines(f"{name}_by_language.txt"))
    return {language: frozenset(words) for language, *words in entries}
