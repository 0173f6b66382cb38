"""Character grams under the words that hold them."""

from __future__ import annotations

import pytest

from triage.labelling.words import readable


def grams(text: str) -> list[str]:
    return [text[i : i + 4] for i in range(len(text) - 3)]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        pytest.param(["pay"], " PAY ", ["pay", "pay"], id="one word"),
        pytest.param(
            ["pay", "now", "subject=pay"],
            " PAY NOW ",
            ["pay", "pay", "pay now", "pay now", "now", "now"],
            id="grams across two words, none of marked words",
        ),
        pytest.param(["pay"], " PAID ", [" PAI", "PAID", "AID "], id="grams of other words keep their own"),
        pytest.param(["straße"], " STRASSE ", ["straße"] * 6, id="longer in upper case"),
    ],
)
def test_a_gram_bears_the_name_of_its_words(words: list[str], text: str, expected: list[str]) -> None:
    named = readable([*words, *grams(text)], words)
    assert named[: len(words)] == words
    assert named[len(words) :] == expected
    assert readable(grams(text), words) == expected


def test_without_grams_there_is_nothing_to_place() -> None:
    assert readable(["a1", "fact=bulk"], ["a1", "fact=bulk"]) == ["a1", "fact=bulk"]
    assert readable([], []) == []
