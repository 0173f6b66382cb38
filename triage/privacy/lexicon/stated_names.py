"""Full names in a sentence that somebody typed, such as a stated reason, without the models that read mail."""

from __future__ import annotations

from itertools import pairwise

import regex

from triage.privacy.lexicon.names import Kind, kind

_WORD = regex.compile(r"\p{Lu}[\p{L}'’-]+")
_ORDINARY = (Kind.ORDINARY, Kind.RARE)


def has_full_name(text: str) -> bool:
    """Whether a listed given name comes right before another name or unknown word, both with capitals: `Jane Doe`.

    A single name is not found: many are ordinary words and places, too.
    """
    words = list(_WORD.finditer(text))
    pairs = ((one[0], two[0]) for one, two in pairwise(words) if text[one.end() : two.start()] == " ")
    return any(kind(given, "en") is Kind.GIVEN and kind(last, "en") not in _ORDINARY for given, last in pairs)
