"""The special categories of personal data (GDPR Art. 9) that a mail's words speak of; nothing is hidden by them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

import regex

from triage.privacy.lexicon.word_lists import whole_words, word_lists
from triage.reasons import Mark

_FILE: Final = "special_categories.txt"
_MARKS: Final = {
    "health": Mark.SPECIAL_HEALTH,
    "religion": Mark.SPECIAL_RELIGION,
    "ethnic": Mark.SPECIAL_ETHNIC_ORIGIN,
    "politics": Mark.SPECIAL_POLITICS,
    "union": Mark.SPECIAL_TRADE_UNION,
    "sex": Mark.SPECIAL_SEX_LIFE,
    "biometric": Mark.SPECIAL_BIOMETRIC,
}


def special_categories(texts: Iterable[str], language: str) -> tuple[Mark, ...]:
    """The marks of the categories that the texts have a word of, in the mail's language and in English.

    All languages are read where there is no list for the mail's own: a word too many costs less than one missed.
    """
    text = "\n".join(texts)
    return tuple(mark for category, mark in _MARKS.items() if _pattern(category, language).search(text))


@cache
def _pattern(category: str, language: str) -> regex.Pattern[str]:
    lists = {code: words for (code, kind), words in word_lists(_FILE).items() if kind == category}
    chosen = {language, "en"} if language in lists else set(lists)
    return regex.compile(whole_words([word for code in sorted(chosen) for word in lists[code]]))
