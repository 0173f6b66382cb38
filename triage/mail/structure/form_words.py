"""Words of letters, invoices and forms that are no name where they stand alone."""

from __future__ import annotations

import re
from functools import cache

from triage.mail.structure.load import structures

_WORD = re.compile(r"[^\W_](?:[\w.'’/-]*[^\W_])?")


def is_form_word(word_folded: str, language: str) -> bool:
    """Whether a single word, folded by `str.casefold`, is a form word of the language or of English.

    `language` is an ISO 639-1 code; for any other, such as `und`, the words of all languages count. A particle such
    as `von` is such a word, too: what it says holds of a word that stands alone, not of a part of a name.
    """
    return word_folded in _form_words(language)


@cache
def _form_words(language: str) -> frozenset[str]:
    known = structures()
    if language not in known:
        return frozenset[str]().union(*map(words_of, known)) - frozenset[str]().union(*map(_ambiguous, known))
    used = ("en", language, *known[language].related)
    return frozenset[str]().union(*(words_of(code) - _ambiguous(code) for code in used)) - _ambiguous(language)


@cache
def words_of(language: str) -> frozenset[str]:
    """The words that a language's header fields, greetings, sign-offs and forms are made of, in lower case."""
    forms = structures()[language]
    header = forms.header
    lists = (
        *(header.sender, header.to, header.cc, header.date, header.subject, header.other),
        *(forms.separators, forms.forwarded_by, forms.greetings, forms.sign_offs, forms.fields, forms.form_words),
    )
    return frozenset(word.casefold() for forms_of_one in lists for form in forms_of_one for word in _WORD.findall(form))


def _ambiguous(language: str) -> frozenset[str]:
    return frozenset(map(str.casefold, structures()[language].ambiguous))
