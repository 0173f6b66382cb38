"""Names of users in chats, networks and systems, after the word for them."""

from __future__ import annotations

from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.lexicon.word_lists import alternatives, words_of
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer

_WORDS = "announcing_words.txt"
_SAID = r"(?:[ \t]{0,2}(?:is|ist|lautet|est|es|è|é|to|är|er|este|je|[:：=]|是|は|：)){1,2}[ \t]{0,2}"
_NAME = r"(?:@|live:)?[\p{L}\d_](?:[\w.\-]{0,30}[\w])?(?:\#\d{4})?"
_MARKED = (
    r"(?:@[\p{L}\d_][\w.]{0,30}\w|@\w(?!\w)|(?=[\w.\-]{0,24}(?:\d|_|\p{Ll}\.\p{Ll}))\p{L}[\w.\-]{1,30}\w(?:\#\d{4})?)"
)
_NETWORK = rf"(?<![\w@.])(?i:{alternatives(words_of(_WORDS, 'network'))})(?![\w.@])"
_USER = rf"(?<![\p{{L}}\d_@.])(?i:{alternatives(words_of(_WORDS, 'user'))})(?!\w)"
_KIND = r"(?:[ \-]?(?i:id|handle|user|username|name|account|konto|compte|cuenta|nick|profil|profile|contact))?"
_ADDRESS_BEGINS = r"(?![\w\-]*:?//|www\.|[\w.\-]{1,64}@)"
_END = r"(?![\w@/]|\.\w)"
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")


def is_user_name(name: str) -> bool:
    """Whether it is no ordinary word, as in `login: failed`, and no number alone."""
    word = name.lstrip("@")
    if not any(character.isalpha() for character in word):
        return False
    return not word.isalpha() or name[0] == "@" or all(kind(word, code) is not Kind.ORDINARY for code in _LANGUAGES)


class UserName(TableRecognizer):
    """`WeChat wangfang_88`, `Telegram @max`, `Insta: blumenfee`, `mi usuario es aquintanilla77`."""

    entity = "USERNAME"
    needs = Pattern(r"\p{L}")
    table = (
        ScoredPattern(rf"{_NETWORK}{_KIND}[ \t]?[:=\-]?[ \t]?\(?(?P<value>{_ADDRESS_BEGINS}{_MARKED}){_END}", 0.8, is_user_name),
        ScoredPattern(rf"{_NETWORK}{_KIND}{_SAID}(?P<value>{_ADDRESS_BEGINS}{_NAME}){_END}", 0.6, is_user_name),
        ScoredPattern(rf"{_USER}(?:{_SAID}|[ ])(?P<value>{_ADDRESS_BEGINS}{_MARKED}){_END}", 0.8, is_user_name),
        ScoredPattern(rf"{_USER}{_SAID}(?P<value>{_ADDRESS_BEGINS}{_NAME}){_END}", 0.6, is_user_name),
    )  # fmt: skip
