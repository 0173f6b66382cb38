"""How sure a run of capitalized words is a person's name: by its words' kinds and by what a capital says in a language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from triage.mail.structure import is_form_word
from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.names import Kind, is_common_noun
from triage.privacy.lexicon.sentences import opens

NAMES = (Kind.GIVEN, Kind.SURNAME)
_UNLISTED_COUNT = frozenset({"en", "fr", "es", "und"})
"""Languages whose word lists are so complete that a capitalized word in none of them is a name."""
_SELDOM = 3.0
_SELDOM_LOCAL = 4.0
_LONGEST_CODE = 4
_CAPITALS_SHARE = 0.8
_LINE_REACH = 80
_PLAIN = regex.compile(r"\p{Lu}\p{Ll}{3,}(?:['’]s)?")
_NUMBER = regex.compile(r"[ \t]?(?:no\.?|nr\.?|#)?[ \t]?\d", regex.IGNORECASE)
_ARTICLE = regex.compile(r"(?i:\b(?:the|a|an|each|every|this|that|our|your|small|large|big)[ \t])$")


@dataclass(frozen=True, slots=True)
class Word:
    """A capitalized word, or a particle between two, in a run."""

    start: int
    end: int
    text: str
    kind: Kind | None


def score_of(text: str, words: Sequence[Word], language: str) -> float:
    """How sure the words of a text, which stand together, are a person's name, from 0 to 1; 0 where they are none."""
    if len(words) == 1 and _is_thing(text, words[0]):
        return 0.0
    if language == "de":
        return _score_in_german(words)
    if language in _UNLISTED_COUNT:
        return _score_with_unlisted(words) or _score_alone(text, words)
    return _score_by_lists(text, words)


def stretches(text: str, run: Sequence[Word], language: str) -> Iterator[list[Word]]:
    """The parts of a run that can be a name each: those between ordinary words, which belong to none."""
    stretch: list[Word] = []
    for word in run:
        if _parts_names(text, stretch, word, language):
            yield from trimmed(stretch)
            stretch = []
        else:
            stretch.append(word)
    yield from trimmed(stretch)


def trimmed(words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words without particles behind the last name; nothing where no name is left."""
    left = list(words)
    while left and left[-1].kind is None:
        left.pop()
    if left:
        yield left


def _parts_names(text: str, before: Sequence[Word], word: Word, language: str) -> bool:
    """Whether an ordinary word stands between names, not in one.

    Where only proper nouns have a capital inside a sentence, an ordinary word with one behind a given name is the
    surname (`Wojciech Grzyb`), and a word that is seldom used is a proper noun as likely as not.
    """
    if word.kind is not Kind.ORDINARY or len(word.text) == 1:
        return False
    if not _reads_by_lists(language) or is_form_word(word.text.casefold(), language) or opens(text, word.start):
        return True
    follows = bool(before) and before[-1].kind is Kind.GIVEN and word.start - before[-1].end == 1
    return not follows and zipf(word.text, language) >= _SELDOM_LOCAL


def _reads_by_lists(language: str) -> bool:
    return language != "de" and language not in _UNLISTED_COUNT


def _is_thing(text: str, word: Word) -> bool:
    """A numbered or counted thing (`Hall 3`, `the Hall`), or a short code in capitals in a text that is not (`ENA`)."""
    if word.text.isupper():
        return 1 < len(word.text) <= _LONGEST_CODE and not _is_in_capitals(text, word)
    if not is_common_noun(word.text.casefold()):
        return False
    return bool(_NUMBER.match(text, word.end) or _ARTICLE.search(text, max(0, word.start - 8), word.start))


def _is_in_capitals(text: str, word: Word) -> bool:
    """Whether the rest of the word's line is in capitals, too, so that they say nothing of the word.

    It reads a bounded part of the line: each word in capitals asks, and whole lines would be quadratic work.
    """
    low, high = max(0, word.start - _LINE_REACH), word.end + _LINE_REACH
    before = text[low : word.start].rpartition("\n")[2]
    rest = before + text[word.end : high].partition("\n")[0]
    letters = [letter for letter in rest if letter.isalpha()]
    return bool(letters) and sum(letter.isupper() for letter in letters) > _CAPITALS_SHARE * len(letters)


def _kinds(words: Sequence[Word]) -> list[Kind]:
    return [word.kind for word in words if word.kind is not None and len(word.text) > 1]


def _listed_score(kinds: Sequence[Kind]) -> float:
    """What holds in all languages: a given name, or a surname beside another name."""
    if Kind.GIVEN in kinds:
        return 0.8 if len(kinds) > 1 else 0.6
    return 0.7 if len(kinds) > 1 and Kind.SURNAME in kinds else 0.0


def _score_in_german(words: Sequence[Word]) -> float:
    """A noun has a capital as well, so that one beside a surname is no given name: `Stativ von Bosch`."""
    kinds = _kinds(words)
    return 0.0 if Kind.RARE in kinds and Kind.GIVEN not in kinds else _listed_score(kinds)


def _score_with_unlisted(words: Sequence[Word]) -> float:
    kinds = _kinds(words)
    if score := _listed_score(kinds):
        return score
    if len(kinds) > 1 and Kind.EITHER in kinds and Kind.UNKNOWN in kinds:
        return 0.7
    unknown = [word for word in words if word.kind is Kind.UNKNOWN and len(word.text) > 2]
    if len(unknown) > 1 or (unknown and len(words) > 1):
        return 0.5
    return 0.4 if Kind.SURNAME in kinds or (unknown and _PLAIN.fullmatch(unknown[0].text)) else 0.0


def _score_alone(text: str, words: Sequence[Word]) -> float:
    """A rare word with a capital inside a sentence: in English and Romance languages a proper noun."""
    if len(words) > 1 or not _PLAIN.fullmatch(words[0].text):
        return 0.0
    seldom = words[0].kind is Kind.RARE and zipf(words[0].text, "en") < _SELDOM
    return 0.35 if seldom and not opens(text, words[0].start) else 0.0


def _score_by_lists(text: str, words: Sequence[Word]) -> float:
    """Listed names, and inside a sentence what else has a capital and is no ordinary word of the language.

    Where a sentence or a line begins, only lists count: these languages' word lists miss too many forms of words.
    """
    kinds = _kinds(words)
    if score := _listed_score(kinds):
        return score
    if not kinds or opens(text, words[0].start):
        return 0.0
    if len(kinds) > 1 or Kind.SURNAME in kinds or any(len(word.text) == 1 for word in words):
        return 0.5 if len(words) > 1 else 0.4
    return 0.4 if kinds[0] is not Kind.EITHER and _PLAIN.fullmatch(words[0].text) else 0.0
