"""Plain mails: deterministic, in all languages, with labels that their lines state."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from triage.samples.model import FURTHER_LANGUAGES, HEADS, LANGUAGES
from triage.samples.plain.phrases import SPAM, _statement, plain_phrases
from triage.samples.plain.rows import plain_rows

ALL = (*LANGUAGES, *FURTHER_LANGUAGES)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return list(plain_rows(1500, seed=4))


def test_the_same_seed_gives_the_same_rows_and_a_longer_stream_begins_with_the_shorter() -> None:
    assert list(plain_rows(40, 9)) == list(plain_rows(60, 9))[:40]
    assert list(plain_rows(40, 9)) != list(plain_rows(40, 10))


def test_all_languages_and_departments_occur(rows: list[dict[str, Any]]) -> None:
    assert {row["language"] for row in rows} == set(ALL)
    assert {row["labels"].get("category") for row in rows} - {None} == set(HEADS["category"])


def test_no_slot_or_brace_is_left_open(rows: list[dict[str, Any]]) -> None:
    texts = [f"{row['subject']}\n{row['text']}" for row in rows]
    assert [text for text in texts if re.search(r"\[[a-z_]+\]|[{}]", text)] == []


def test_spam_has_no_department_and_no_sentiment(rows: list[dict[str, Any]]) -> None:
    labels = [row["labels"] for row in rows if row["labels"]["kind"] == SPAM]
    assert labels
    assert all(given == {"kind": SPAM, "priority": "low"} for given in labels)


def test_a_held_out_line_is_never_trained_on(rows: list[dict[str, Any]]) -> None:
    sides = Counter(row["split"] for row in rows)
    assert 0.02 < sides["test"] / len(rows) < 0.2


@pytest.mark.parametrize("language", ALL)
def test_the_phrases_of_a_language_are_whole(language: str) -> None:
    phrases = plain_phrases(language)
    assert set(phrases.statements) == {*HEADS["category"], SPAM}
    assert set(phrases.matters) == set(HEADS["category"])
    assert all(phrases.matters.values())
    assert all("[matter]" in statement.source for statement in phrases.frames)


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("(low positive) All fine, thanks.", {"priority": "low", "sentiment": "positive"}),
        ("(negative) It broke.", {"sentiment": "negative"}),
        ("Where is it?", {}),
    ],
    ids=["both heads", "one head", "none"],
)
def test_a_line_states_its_labels(line: str, stated: dict[str, str]) -> None:
    assert _statement(line).stated == stated


def test_an_unknown_label_is_an_error() -> None:
    with pytest.raises(ValueError, match="gigantic"):
        _statement("(gigantic) It broke.")
