"""Noise of mail moves no name away from its marks."""

from __future__ import annotations

import random

import pytest

from triage.privacy.name_training.mail_lines import mail_lines
from triage.privacy.name_training.marked_text import MarkedText, joined
from triage.privacy.name_training.noise import noisy, with_capital_names, with_other_persons, without_accents, wrapped

LANGUAGES = ("de", "es", "it", "nl", "pt", "pl", "da", "sv")
TEXT = MarkedText(
    "Gestern kam Jörg Weiß mit Łucja nach Köln.", "de", ((12, 21, "PER"), (26, 31, "PER"), (37, 41, "LOC"))
)


@pytest.mark.parametrize("seed", range(50))
def test_marks_stay_on_words(seed: int) -> None:
    made = noisy(TEXT, random.Random(seed))
    labels = [label for *_, label in made.names]
    assert labels == ["PER", "PER", "LOC"][3 - len(labels) :], "a cut leaves the last ones"
    for start, end, _ in made.names:
        value = made.text[start:end]
        assert value == value.strip() != ""
        assert not made.text[:start][-1:].isalnum()
        assert not made.text[end:][:1].isalnum()


def test_words_that_are_no_names_stay() -> None:
    made = with_other_persons(TEXT, random.Random(5))
    assert made.text.startswith("Gestern kam ")
    assert made.text.endswith(" nach Köln.")
    assert made.text[slice(*made.names[0][:2])] != "Jörg Weiß"


def test_lines_end_at_blanks_and_keep_their_places() -> None:
    text = "word " * 60
    assert wrapped(text).replace("\n", " ") == text
    assert max(map(len, wrapped(text).split("\n"))) <= 72


def test_accents_go_and_lengths_stay() -> None:
    assert without_accents("Jörg Åse Łucja") == "Jorg Ase Łucja"


def test_the_last_word_of_a_person_is_in_capitals() -> None:
    assert with_capital_names(MarkedText("Rosa Salesi kam", "it", ((0, 11, "PER"),))).text == "Rosa SALESI kam"


def test_joined_texts_move_their_names() -> None:
    both = joined([TEXT, TEXT], "\n")
    assert [both.text[start:end] for start, end, _ in both.names] == ["Jörg Weiß", "Łucja", "Köln"] * 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_of_mail_name_persons_and_are_drawn_by_the_seed(language: str) -> None:
    texts = mail_lines(language, random.Random(1), 200)
    assert texts == mail_lines(language, random.Random(1), 200)
    assert all("{" not in text.text for text in texts)
    assert sum(label == "PER" for text in texts for *_, label in text.names) > 100
    assert sum(not text.names for text in texts) > 10
