"""Whether what is written beside the known words of a full name makes it the name of another person."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from triage.privacy.lexicon.names import PARTICLES, Kind, kind
from triage.privacy.recognizers.cues.languages import ALWAYS, titles_of

_GENERATIONS = frozenset("jr jnr jun sr snr sen ii iii iv".split())
"""What tells a son from his father."""


def adds_nothing(words: Sequence[str], known: Sequence[str], name: str, language: str) -> bool:
    """Whether folded words, of which some are known as parts of a full name, name the same person.

    `Maria Costa Silva` is not `Maria Silva`: a token must not join two persons. Only titles, particles, the name's own
    words and initials that fit add nothing; nor do ordinary words before or behind all known ones, as in the file name
    `CV Maria Silva`. With one known word only, anything beside it may be another person's name.
    """
    rest = [word for word in words if word not in known]
    if not rest:
        return True
    first, last = words.index(known[0]), len(words) - words[::-1].index(known[-1])
    outer = {word for word in (*words[:first], *words[last:]) if _is_ordinary(word, language)}
    same = {*name.split(), *titles(language), *PARTICLES, *outer}
    return len(known) > 1 and all(word in same or _is_own_initial(word, known, name) for word in rest)


def _is_ordinary(word: str, language: str) -> bool:
    return len(word) > 1 and word.isalpha() and word not in _GENERATIONS and kind(word, language) is Kind.ORDINARY


def _is_own_initial(word: str, known: Sequence[str], name: str) -> bool:
    """Whether a letter can stand for a word of the name that is not written, or the name has no such word."""
    initials = {part[0] for part in name.split() if part not in known and part not in PARTICLES}
    return len(word) == 1 and (word in initials or not initials)


@cache
def titles(language: str) -> frozenset[str]:
    """The titles that a mail of a language may have, without what is an initial or a particle of a name as well."""
    found = frozenset[str]().union(*(titles_of(code) for code in (*ALWAYS, language)))
    return frozenset(title for title in found if len(title) > 1) - PARTICLES
