"""What mail does to text: lines are wrapped, capitals and accents are left out, other people are named."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from triage.privacy.lexicon.local_names import name_lists
from triage.privacy.name_training.marked_text import MarkedText

_LOCALES = {
    "de": ("de_DE", "de_AT", "de_CH"), "es": ("es_ES", "es_MX", "es_AR"), "it": ("it_IT",), "nl": ("nl_NL", "nl_BE"),
    "pt": ("pt_PT", "pt_BR"), "pl": ("pl_PL",), "da": ("da_DK",), "sv": ("sv_SE",),
}  # fmt: skip
_FOREIGN = ("en_US", "fr_FR", "tr_TR", "pl_PL", "it_IT", "es_ES", "de_DE", "nl_NL", "hr_HR", "cs_CZ", "no_NO", "fi_FI")
_FOREIGN_SHARE = 0.25
_INFLECTED = frozenset({"pl"})
"""Languages that inflect names: those of the corpus stand in cases that a list's names do not have."""
_WRAP = 72
_CUT = 0.15
_CAPITALIZED = 0.12
_WORD = re.compile(r"[^\W\d_]{2,}")


def noisy(text: MarkedText, draw: random.Random) -> MarkedText:
    """The text as a mail might hold it."""
    swap = 0.15 if text.language in _INFLECTED else 0.45
    if draw.random() < swap:
        text = with_other_persons(text, draw)
    if draw.random() < _CUT:
        text = cut(text, draw)
    if draw.random() < _CAPITALIZED:
        text = with_capital_words(text, draw, draw.random())
    for probability, change in (
        (0.06, str.lower), (0.03, str.upper), (0.05, without_accents), (0.06, None), (0.4, wrapped),
    ):  # fmt: skip
        if draw.random() < probability:
            text = _changed(text, change) if change else with_capital_names(text)
    return text


def _changed(text: MarkedText, change: Callable[[str], str]) -> MarkedText:
    """The text with a change that keeps each character's place; as it was where the change does not."""
    changed = change(text.text)
    return replace(text, text=changed) if len(changed) == len(text.text) else text


def without_accents(text: str) -> str:
    """The letters without their diacritical marks."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)


def wrapped(text: str) -> str:
    """The text in lines of at most 72 characters, where a blank allows it."""
    letters, line = list(text), 0
    for place in range(len(letters)):
        if letters[place] == "\n":
            line = place + 1
        elif place - line >= _WRAP and (blank := text.rfind(" ", line + 1, place)) > 0:
            letters[blank] = "\n"
            line = blank + 1
    return "".join(letters)


def with_capital_names(text: MarkedText) -> MarkedText:
    """Persons in capitals, as in `Barbara SALESI`: the last word, or all."""
    letters = text.text
    for start, end, label in text.names:
        upper = letters[start:end].upper()
        if label == "PER" and len(upper) == end - start:
            first = max(letters.rfind(" ", start, end), start)
            letters = letters[:first] + upper[first - start :] + letters[end:]
    return replace(text, text=letters)


def cut(text: MarkedText, draw: random.Random) -> MarkedText:
    """The text from one of its words on, which gets a capital: a line that begins with any word, as in lists."""
    inside = {place for start, end, _ in text.names for place in range(start + 1, end)}
    starts = [word.start() for word in _WORD.finditer(text.text) if word.start() not in inside]
    first = draw.choice(starts) if starts else 0
    capital = text.text[first : first + 1].upper()
    letters = (capital if len(capital) == 1 else text.text[first : first + 1]) + text.text[first + 1 :]
    names = tuple((start - first, end - first, label) for start, end, label in text.names if start >= first)
    return replace(text, text=letters, names=names)


def with_capital_words(text: MarkedText, draw: random.Random, share: float) -> MarkedText:
    """A share of the words with a capital, as in headings: a capital alone makes no name."""
    letters = list(text.text)
    for word in _WORD.finditer(text.text):
        capital = letters[word.start()].upper()
        if draw.random() < share and len(capital) == 1:
            letters[word.start()] = capital
    return replace(text, text="".join(letters))


def with_other_persons(text: MarkedText, draw: random.Random) -> MarkedText:
    """Each person of two words or more, and some of one word, replaced by a name of the lists."""
    pieces: list[str] = []
    names: list[tuple[int, int, str]] = []
    done = size = 0
    for start, end, label in text.names:
        before, value = text.text[done:start], text.text[start:end]
        new = _other(value, text.language, draw) if label == "PER" else value
        names.append((size + len(before), size + len(before) + len(new), label))
        pieces += [before, new]
        size += len(before) + len(new)
        done = end
    return replace(text, text="".join(pieces) + text.text[done:], names=tuple(names))


def _other(value: str, language: str, draw: random.Random) -> str:
    words = value.split()
    if len(words) == 1:
        return draw.choice([value, value, first_name(language, draw), last_name(language, draw)])
    first, last = first_name(language, draw), last_name(language, draw)
    if words[0].endswith("."):
        return f"{first[0]}. {last}"
    return f"{first} {last}" if draw.random() < 0.95 else f"{first} {first_name(language, draw)} {last}"


def first_name(language: str, draw: random.Random) -> str:
    """A given name of the language's lists, or, now and then, of another one's."""
    return _name("first_name", language, draw)


def last_name(language: str, draw: random.Random) -> str:
    """A surname of the language's lists, or, now and then, of another one's."""
    return _name("last_name", language, draw)


def _name(kind: str, language: str, draw: random.Random) -> str:
    locales = _FOREIGN if draw.random() < _FOREIGN_SHARE else _LOCALES.get(language, _FOREIGN)
    return str(draw.choice(_listed(kind, draw.choice(locales))))


@cache
def _listed(kind: str, locale: str) -> tuple[str, ...]:
    """All names of a locale's list, in order. Faker's own draw would weigh them, and rare names count as much here."""
    return tuple(sorted({name for attribute, names in name_lists(locale) if kind in attribute for name in names}))
