"""Whether a word is only known as a name of persons: such a word names no topic and no term."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_ANY_LANGUAGE = "und"
"""By which names of all countries count."""


def name_test(languages: Sequence[str]) -> Callable[[str], bool]:
    """Whether the lists of names know a word as a name of persons, and of nothing else, in one of the languages."""
    from triage.privacy.lexicon.names import Kind, kind  # reads many lists, for few runs

    known = {*languages, _ANY_LANGUAGE}
    return lambda word: any(kind(word, language) in (Kind.GIVEN, Kind.SURNAME) for language in known)
