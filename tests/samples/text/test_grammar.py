"""Phrases with choices and slots, and text that knows its personal data."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from triage.samples.model import HEADS, LANGUAGES
from triage.samples.text.banks import bank
from triage.samples.text.draft import Draft, Fragment, lowered, prefixed, wrapped
from triage.samples.text.grammar import parse


class Scene:
    """Fills a slot with its name."""

    def __init__(self, seed: int) -> None:
        self.random: Callable[[], float] = Random(seed).random

    def fill(self, slot: str, draft: Draft) -> None:
        draft.mark(slot.upper(), "PERSON")


def said(source: str) -> set[str]:
    phrase, texts = parse(source), set()
    for seed in range(60):
        draft = Draft()
        phrase.write(Scene(seed), draft)
        texts.add(draft.freeze().text)
    return texts


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plain", {"plain"}),
        ("{a|b} c", {"a c", "b c"}),
        ("to [name], {x|[slot]}", {"to NAME, x", "to NAME, SLOT"}),
        ("{a{1|2}|b}", {"a1", "a2", "b"}),
        ("go {now|}.", {"go now.", "go."}),
        ("go {to [place]|}.", {"go to PLACE.", "go."}),
        ("in [ brackets", {"in [ brackets"}),
    ],
    ids=["plain", "choice", "slots", "nested", "optional", "optional-slot", "bracket"],
)
def test_a_phrase_says_all_its_alternatives(source: str, expected: set[str]) -> None:
    assert said(source) == expected


@pytest.mark.parametrize("source", ["{a|b", "a}", "a|b}"], ids=["open", "closed", "bar"])
def test_unmatched_braces_are_refused(source: str) -> None:
    with pytest.raises(ValueError, match="brace"):
        parse(source)


def marked(fragment: Fragment) -> list[str]:
    return [fragment.text[start:end] for start, end, _ in fragment.marks]


ANNA = Fragment(
    "Dear Anna Kowalska,\n\nplease call Otto Berg in the office today or tomorrow.",
    ((5, 18, "P"), (33, 42, "P")),
)


def test_marks_follow_a_quote() -> None:
    quote = prefixed(prefixed(ANNA, "> "), "> ")
    assert marked(quote) == ["Anna Kowalska", "Otto Berg"]
    assert all(line.startswith("> > ") for line in quote.text.split("\n"))


@pytest.mark.parametrize("width", [12, 16, 20, 30])
def test_wrapping_keeps_names_on_one_line(width: int) -> None:
    narrow = wrapped(ANNA, width)
    assert marked(narrow) == ["Anna Kowalska", "Otto Berg"]
    assert narrow.text.count("\n") > ANNA.text.count("\n")


def test_small_letters_never_move_marks() -> None:
    assert marked(lowered(ANNA)) == ["anna kowalska", "otto berg"]
    turkish = Fragment("İnci Öz writes", ((0, 7, "P"),))
    assert lowered(turkish) == turkish


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bank_speaks_of_every_department(language: str) -> None:
    phrases = bank(language)
    assert set(phrases.topics) == set(phrases.newsletter_topics) == set(HEADS["category"])
    assert set(phrases.priority) >= set(HEADS["priority"])
    assert set(phrases.sentiment) >= set(HEADS["sentiment"])
    assert {label for topic in phrases.shared_topics for label in topic.labels} <= set(HEADS["category"])
    assert (len(phrases.months), len(phrases.weekdays)) == (12, 5)
