from __future__ import annotations

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from triage.query.shell import NameCompleter, is_whole


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("SELECT * FROM gold.ro", "gold.routes"),
        ("SELECT * FROM rou", "gold.routes"),
        ("sel", "SELECT"),
    ],
)
def test_names_are_completed(text: str, first: str) -> None:
    found = list(NameCompleter().get_completions(Document(text), CompleteEvent(completion_requested=True)))
    assert found[0].text == first


def test_columns_are_those_of_the_tables_that_are_named() -> None:
    text = "SELECT du"
    document = Document(f"{text} FROM gold.routes", len(text))
    assert [one.text for one in NameCompleter().get_completions(document, CompleteEvent())] == ["due_at"]
    assert list(NameCompleter().get_completions(Document(text), CompleteEvent())) == []


@pytest.mark.parametrize(
    ("text", "whole"),
    [("SELECT 1;", True), ("SELECT 1", False), ("SELECT 1\n", True), ("", True), ("exit", True), ("EXIT ", True)],
)
def test_enter_ends_a_whole_statement(text: str, whole: bool) -> None:
    assert is_whole(text) == whole
