"""Character grams under the words that hold them."""

from __future__ import annotations

import pytest

from triage.labelling.explanation.term_names import term_names


@pytest.mark.parametrize(
    ("words", "terms", "expected"),
    [
        pytest.param(["pay"], [" pay", "pay "], ["pay", "pay"], id="one word"),
        pytest.param(["it"], [" it "], ["it"], id="a word of two"),
        pytest.param(
            ["subject=pay", "pay", "now", "pay"],
            [" pay", "pay ", " now", "now "],
            ["pay", "pay", "now", "now"],
            id="each word once, none of the marked ones",
        ),
        pytest.param(
            ["pay", "payslip"],
            [" pay", "pay ", " pay"],
            ["pay", "pay", "payslip"],
            id="cut off after some words",
        ),
        pytest.param(["pay"], [" PAI", "PAID"], [" PAI", "PAID"], id="grams of another text keep their own"),
        pytest.param(["file", "fact=bulk"], ["fact=bulk", "file"], ["fact=bulk", "file"], id="words are no grams"),
        pytest.param(["next", "day"], ["next day"], ["next day"], id="pairs are no grams"),
        pytest.param([], [], [], id="nothing"),
    ],
)
def test_a_gram_bears_the_name_of_its_word(words: list[str], terms: list[str], expected: list[str]) -> None:
    assert term_names(terms, words) == expected
