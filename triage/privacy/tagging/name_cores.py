"""What of a tagger's finding is the name itself: its words with a capital, and the particles between them."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from triage.mail.structure import is_form_word
from triage.privacy.lexicon.names import PARTICLES, Kind, kind
from triage.privacy.tagging.lexical_class import is_compound

PART = regex.compile(r"[^\n\t|;,<>\[\]{}()\"/]+")
ANNOUNCING = frozenset(
    "IBAN BIC SWIFT SSN PIN VAT TIN ITIN EIN ID DOB URL IP MAC NHS NINO UTR AHV NIF DNI NIE ASAP FYI FAQ PDF RE FW FWD"
    " CC BCC TEL FAX PO TV PC CD DVD USB RAM CPU".split()
)
"""What the tagger takes for an organization, but only says what comes next, or names nobody."""
EDGE = " .:-_*'’/=#&@!?"
CODE = regex.compile(
    r"[_=$%{}\\<>@#]|\w\(|::|\d{3}|\w\.\w{2}|(?<!\bMc|\bMac|\bDe|\bDi|\bVan|\bLe|\bLa|\bFitz)(?<=\p{Ll})\p{Lu}"
)
"""Code and numbers, which are no names."""
_WORD = r"(?:(?:[dlDLO]|dell|nell|sull)['’])?\p{Lu}[\p{L}\p{M}\p{N}'’&\-]*\.?"
_PARTICLE = "|".join(sorted(PARTICLES))
_PERSON = regex.compile(rf"(?:(?:{_PARTICLE})[ ])*{_WORD}(?:[ ](?:(?:{_PARTICLE})[ ])*{_WORD})*")
_NAME = regex.compile(rf"{_WORD}(?:[ ](?:(?:\p{{Ll}}[\p{{L}}'’]*|&|\+)[ ]){{0,3}}{_WORD})*")
_NOUN_BEFORE = {
    "de": regex.compile(
        r"\b(?:der|die|das|den|dem|des|eine?[nmrs]?|keine?[nmrs]?|(?:mein|dein|sein|ihr|unser|eu(?:e)?r)(?:e[nmrs]?)?|"
        r"diese[nmrs]?|jede[nmrs]?|im|am|ins|zum|zur|beim|vom)[ ](?:\p{Ll}+e[nmrs]?[ ])?$",
        regex.IGNORECASE,
    ),
    "nl": regex.compile(r"\b(?:het|een|deze|dit|die|dat|onze?|mijn|uw|geen)[ ](?:\p{Ll}+e[ ])?$", regex.IGNORECASE),
    "da": regex.compile(r"\b(?:en|et|den|det|de|min|dit|vores|jeres|ingen)[ ](?:\p{Ll}+e[ ])?$", regex.IGNORECASE),
    "sv": regex.compile(
        r"\b(?:en|ett|den|det|de|min|mitt|vår[at]?|er[at]?|ingen)[ ](?:\p{Ll}+a[ ])?$", regex.IGNORECASE
    ),
    "nb": regex.compile(r"\b(?:en|et|den|det|de|min|mitt|vår[t]?|ingen)[ ](?:\p{Ll}+e[ ])?$", regex.IGNORECASE),
}
"""Articles and their like, which stand before nouns, and seldom before names."""
_THING_BEFORE = regex.compile(r"\b(?:im|am|ins|ans|aufs|übers|unterm|hinterm)[ ]$", regex.IGNORECASE)
"""German prepositions joined with an article, which stand before things and places, never before a person."""
_REACH = 40


def name_cores(entity: str, begin: int, end: int, whole: str, language: str) -> Iterator[tuple[int, int]]:
    """The names inside a finding [begin, end) of a text.

    A finding may run into the words behind a name. So it ends with its last word with a capital, and a person's name
    has no lower-case word inside but particles. In text without capitals it is taken as it stands.
    """
    for part in PART.finditer(whole, begin, end):
        for first, stop in _capitalized(entity, part, whole):
            text = whole[first:stop].strip(EDGE)
            start = first + whole[first:stop].find(text)
            if len(text) > 1 and not _is_no_name(text, entity, start, whole, language):
                yield start, start + len(text)


def _capitalized(entity: str, part: regex.Match[str], whole: str) -> Iterator[tuple[int, int]]:
    if whole.islower():
        yield part.span()
        return
    pattern = _PERSON if entity == "PERSON" else _NAME
    yield from (match.span() for match in pattern.finditer(whole, *part.span()))


def _is_no_name(text: str, entity: str, start: int, whole: str, language: str) -> bool:
    if CODE.search(text) or text in ANNOUNCING or _is_heading(text, language):
        return True
    if entity != "PERSON" or " " in text:
        return False
    return is_form_word(text.casefold(), language) or _is_noun(text, start, whole, language)


def _is_heading(text: str, language: str) -> bool:
    """Whether it is capitals of ordinary words only."""
    return text.isupper() and all(kind(word, language) is Kind.ORDINARY for word in text.split() if len(word) > 1)


def _is_noun(word: str, start: int, whole: str, language: str) -> bool:
    """Whether a lone word follows an article and lists know it as a noun, or as a compound of one.

    In the south, names have an article as well (`der Przybylski`), so that it says nothing of a word that is in no
    list. Of a listed name, such as `Keller` (cellar), only what can never stand before a person says so.
    """
    if language == "de" and _THING_BEFORE.search(whole, max(0, start - _REACH), start):
        return True
    before = _NOUN_BEFORE.get(language)
    if before is None or not (kind(word, language) is Kind.ORDINARY or is_compound(word, language)):
        return False
    return before.search(whole, max(0, start - _REACH), start) is not None
