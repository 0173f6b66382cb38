"""The names of one language's countries, and which of its words are names there, in what form they stand."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path

import faker.providers.person as person_lists

from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.inflection import bases

_DATA = Path(__file__).parent / "data"
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
    for module in pkgutil.iter_modules(person_lists.__path__):
        if module.name.startswith(f"{language}_") or module.name in _LOCALES.get(language, ()):
            _add_names(module.name, given, surnames)
    return frozenset(given), frozenset(surnames)


def _add_names(locale: str, given: set[str], surnames: set[str]) -> None:
    provider = importlib.import_module(f"{person_lists.__name__}.{locale}").Provider
    for attribute in dir(provider):
        values = getattr(provider, attribute)
        if isinstance(values, (tuple, list, dict)) and ("first_name" in attribute or "last_name" in attribute):
            words = {word for value in values if isinstance(value, str) for word in _words(value)}
            (given if "first_name" in attribute else surnames).update(words)


def _words(name: str) -> list[str]:
    return [word for word in name.casefold().replace("-", " ").split() if len(word) > 1]


@cache
def _by_language(name: str) -> dict[str, frozenset[str]]:
    """The words of a data file whose lines hold a language's code and its words."""
    lines = (_DATA / f"{name}_by_language.txt").read_text("utf-8").splitlines()
    entries = [line.split() for line in lines if not line.startswith("#")]
    return {language: frozenset(words) for language, *words in entries}
