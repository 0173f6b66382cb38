"""Which names and values identify a person well enough to be searched for, and how mail spells them."""

from __future__ import annotations

import re

from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.pseudonyms.spelling import normalize

SHARED_ENTITIES = frozenset(
    {"LOCATION", "ORGANIZATION", "NRP", "AGE", "DATE", "BIRTH_DATE", "HOST_NAME", "OWN_TERM", "URL", "MESSAGE_ID"}
)
"""Entities whose values many mails share, and that identify no person."""

_WORDS = re.compile(r"[\w'’.-]+")
_LANGUAGES = ("en", "de", "fr", "es")
_DISTINCTIVE_CHARS = 8


def full_name(display_name: str) -> str | None:
    """A display name normalized for the search, if it is a full one; a single word is shared by too many people."""
    name = normalize("PERSON", display_name)
    words = [word for word in _WORDS.findall(name) if len(word.strip(".'’-")) > 1]
    return name if "@" not in display_name and len(words) > 1 else None


def is_personal(name: str) -> bool:
    """Whether a full name is a person's, and not a desk's such as `Customer Service`, which many mails mention."""
    kinds = [{kind(word, language) for language in _LANGUAGES} for word in name.split()]
    if any(of_word <= {Kind.GIVEN, Kind.SURNAME, Kind.UNKNOWN} for of_word in kinds):
        return True
    return all(of_word <= {Kind.EITHER} for of_word in kinds)


def is_distinctive(entity: str, value: str) -> bool:
    """Whether a token's value, other than a name, points to so few people that raw mail may be searched for it."""
    return entity not in SHARED_ENTITIES and len(value) >= _DISTINCTIVE_CHARS


def spellings(name: str) -> set[str]:
    """A full name as mail and file names write it: in order, or the last word first."""
    words = name.split()
    forms = {mark.join(words) for mark in " _.-"}
    return forms | {f"{words[-1]}, {' '.join(words[:-1])}", f"{words[-1]} {' '.join(words[:-1])}"}
