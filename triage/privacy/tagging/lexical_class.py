"""What lists say of a word, as one feature of the network: a word that it never saw is like others of its class."""

from __future__ import annotations

from functools import lru_cache

from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.local_names import base_name, names_of
from triage.privacy.lexicon.names import listed_names
from triage.privacy.lexicon.places import is_place

_HIGHEST_BAND = 6
_RARE = 2
"""Below this a word may be a compound that no list has."""
_SHORTEST_COMPOUND = 7
_SHORTEST_HEAD = 4
_FREQUENT_HEAD = 3.0
_COMPOUNDING = frozenset({"de", "nl", "da", "sv", "nb", "fi", "hu"})
_GENITIVE_S = frozenset({"de", "da", "sv", "nb", "nl"})


@lru_cache(maxsize=200_000)
def lexical_class(word: str, language: str) -> str:
    """A code of the word's lists and frequency: given name, surname, place, use in its language and in English.

    The lists hold whatever case the word has; `zipf` bands are whole numbers from 0 (unknown) to 6 (very frequent).
    The shipped weights are trained on these classes, so a change of lists or bands asks for new weights.
    """
    plain = word.casefold().replace("’", "'").removesuffix("'s")
    if not any(letter.isalpha() for letter in plain):
        return ""
    plain = _without_genitive(plain, language)
    lists = f"{_listed_as(plain, language, 0)}{_listed_as(plain, language, 1)}{_is_listed_place(plain):d}"
    band = _band(plain, language)
    return f"{lists}{band}{_band(plain, 'en')}{_head(plain, language) if band < _RARE else ''}"


def is_compound(word: str, language: str) -> bool:
    """Whether a rare word ends in a frequent one that is no surname, as compounds do: `Akkuschrauber`."""
    return lexical_class(word, language).endswith("c")


def _without_genitive(word: str, language: str) -> str:
    """A rare word without the s of a genitive, where it is more in use without: `Merkels`."""
    base = word.removesuffix("s")
    if language in _GENITIVE_S and base != word and zipf(word, language) < min(_RARE, zipf(base, language)):
        return base
    return word


def _listed_as(plain: str, language: str, which: int) -> str:
    """How given names (0) or surnames (1) list a word.

    2 for those of its own countries, 1 for those of another one, f where they list a name that it is a form of, 0 else.
    """
    if plain in names_of(language)[which]:
        return "2"
    if plain in listed_names()[which]:
        return "1"
    return "f" if base_name(plain, language) in names_of(language)[which] else "0"


def _is_listed_place(plain: str) -> bool:
    return len(plain) > 2 and is_place(plain.capitalize())


def _band(word: str, language: str) -> int:
    return min(int(zipf(word, language)), _HIGHEST_BAND)


def _head(word: str, language: str) -> str:
    """For a rare word of a language that compounds: what its longest frequent ending is, a surname or not.

    `Kohleflözbrände` ends in a frequent word and so is a noun; `Steinmeier` ends in one that is a surname, too.
    """
    if language not in _COMPOUNDING or len(word) < _SHORTEST_COMPOUND:
        return ""
    _, surnames = listed_names()
    for start in range(2, len(word) - _SHORTEST_HEAD + 1):
        if zipf(word[start:], language) >= _FREQUENT_HEAD:
            return "s" if word[start:] in surnames else "c"
    return "n"
