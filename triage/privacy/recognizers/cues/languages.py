"""The patterns of names by the forms of each language.

The forms of English, German, French and Spanish are read in every mail, as one set; those of another language in its
mails, in those of languages that are taken for it, and where the language is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

import regex

from triage.mail.structure import LANGUAGES, structures
from triage.mail.structure.expressions import any_of
from triage.mail.structure.model import Forms, Structure
from triage.privacy.patterns.pattern import Pattern, PatternSet
from triage.privacy.recognizers.cues.parts import BOUND, NAME

ALWAYS = ("en", "de", "fr", "es")
"""Languages whose forms are read in every mail."""
_CAPITAL_TITLES = ("en", "de")
_SHORTEST_LOWER_TITLE = 3
_SHORT_TITLES = ("Dr", "Sr", "Hr")
"""Abbreviations that are no word in lower case."""
_CASELESS = ("ja", "zh", "ko")
_DEGREES = r"med|jur|rer|nat|phil|Ing|h\.c"


def _patterns(languages: Iterable[str]) -> tuple[Pattern, ...]:
    """Patterns with the name in the group `name`, an initial signature in `initials`, and a title's in `titled`."""
    forms = _Forms(languages)
    together = rf"(?:[ \t]*(?:,|/|{forms.conjunctions})[ \t]*(?P<name>{NAME})){{0,4}}"
    titles = rf"{forms.titles}\.?[ \t]+(?:(?:{forms.titles}|{_DEGREES})\.?[ \t]+){{0,3}}(?P<name>{NAME})"
    signed = rf"(?i:\b{forms.sign_offs})[ \t]*[,!.:\-–—]*[ \t]*"
    texts = [
        rf"(?P<titled>(?<!\w){titles})" if forms.has_known_titles else rf"(?<!\w){titles}",
        rf"(?i:(?<!\w){forms.introductions})[ \t]+(?P<name>{NAME})",
        rf"(?i:(?<!\w){forms.fields})[ \t]*[:：][ \t]*(?P<name>{NAME})",
        rf"^[ \t]*(?i:{forms.greetings})[ ,]+(?:(?:{forms.titles}\.?|{forms.conjunctions})[ \t]+){{0,3}}(?P<name>{NAME}){together}{BOUND}",
        rf"{signed}\n?[ \t]*[-–—~*]*[ \t]*(?P<name>{NAME})[ \t]*[.!]?(?:$|\n)",
        rf"{signed}\n[ \t]*[-–—~*]*[ \t]*(?P<initials>\p{{Lu}}{{2,3}})[ \t]*[.!]?(?:$|\n)",
    ]
    if forms.honorifics:
        texts.append(rf"(?P<name>{NAME})[ \t]+{forms.honorifics}(?!\w)")
    if forms.introduced:
        texts.append(rf"(?P<name>{NAME})[ \t]+(?i:{forms.introduced})(?!\w)")
    return tuple(Pattern(text, regex.MULTILINE) for text in texts)


def _titles(code: str) -> Iterable[str]:
    """The titles of a language; besides in lower case where they are written so inside of a sentence: `la signora`.

    Not in English and German, which write them with a capital, and no short one, which may be a word: `me`, `d'`.
    """
    titles = structures()[code].titles
    lower = () if code in _CAPITAL_TITLES else (title.lower() for title in titles if _is_long(title))
    return *titles, *lower


def _is_long(title: str) -> bool:
    return len(title) >= _SHORTEST_LOWER_TITLE or title in _SHORT_TITLES


class _Forms:
    """The forms of some languages as expressions."""

    def __init__(self, languages: Iterable[str]) -> None:
        languages = tuple(languages)
        self._of = [structures()[code] for code in languages]
        self.has_known_titles = any(structures()[code] in self._of for code in ALWAYS)
        """Whether pseudonyms leave the titles out, so that they may be in a span."""
        self.titles = any_of(dict.fromkeys(title for code in languages for title in _titles(code)), folded=False)
        self.introductions = self._any(lambda forms: (*forms.introductions, *forms.forwarded_by))
        header = self._list(lambda forms: (*forms.header.sender, *forms.header.to, *forms.header.cc))
        self.fields = any_of((*self._list(lambda forms: forms.fields), *header))
        self.greetings = self._any(lambda forms: forms.greetings)
        self.sign_offs = self._any(lambda forms: forms.sign_offs)
        self.conjunctions = any_of(["&", *self._list(lambda forms: forms.conjunctions)])
        self.honorifics = self._any_or_none(lambda forms: forms.honorifics, folded=False)
        self.introduced = self._any_or_none(lambda forms: forms.introduced)

    def _list(self, chosen: Callable[[Structure], Forms]) -> list[str]:
        return [form for forms in self._of for form in chosen(forms)]

    def _any(self, chosen: Callable[[Structure], Forms], *, folded: bool = True) -> str:
        return any_of(self._list(chosen), folded=folded)

    def _any_or_none(self, chosen: Callable[[Structure], Forms], *, folded: bool = True) -> str:
        return self._any(chosen, folded=folded) if self._list(chosen) else ""


PATTERNS: Mapping[str, tuple[Pattern, ...]] = {
    "": _patterns(ALWAYS),
    **{code: _patterns([code]) for code in LANGUAGES if code not in (*ALWAYS, *_CASELESS)},
}
"""By language; under the empty name those of every mail."""

LOCAL = PatternSet([pattern for code, patterns in PATTERNS.items() if code for pattern in patterns])
"""Those of one language; most mail is not scanned for them."""


@cache
def local_patterns(language: str) -> tuple[Pattern, ...]:
    """Those of LOCAL for mails of a language, of all languages for one that has no forms, such as `und`."""
    known = structures()
    codes = (language, *known[language].related) if language in known else tuple(PATTERNS)
    return tuple(pattern for code in codes if code for pattern in PATTERNS.get(code, ()))


@cache
def titles_of(language: str) -> frozenset[str]:
    """The titles before and behind names of a language, folded and without full stops."""
    forms = structures().get(language)
    titles = (*forms.titles, *forms.honorifics) if forms else ()
    return frozenset(word.strip(".").casefold() for title in titles for word in title.split())
