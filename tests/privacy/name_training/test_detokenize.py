"""Words of a corpus as running text, with the names where they stand in it."""

from __future__ import annotations

import pytest

from triage.privacy.name_training.detokenize import joined

CASES = {
    "punctuation closes up": ("da", "Hej , Bodil !", "O O B-PER O", "Hej, Bodil!", ["Bodil"]),
    "brackets and quotes": ("de", '( " Anna Ott " )', "O O B-PER I-PER O O", '("Anna Ott")', ["Anna Ott"]),
    "contraction": ("pt", "de o Rui Melo", "O O B-PER I-PER", "do Rui Melo", ["Rui Melo"]),
    "contraction in a name": ("pt", "Câmara de o Porto", "B-ORG I-ORG I-ORG I-ORG", "Câmara do Porto", ["Câmara do Porto"]),
    "elision": ("it", "l' amica di D' Amico", "O O O B-PER I-PER", "l'amica di D'Amico", ["D'Amico"]),
    "two names side by side": ("sv", "Eva Bo", "B-PER B-PER", "Eva Bo", ["Eva", "Bo"]),
}  # fmt: skip


@pytest.mark.parametrize(("language", "words", "tags", "text", "names"), CASES.values(), ids=CASES)
def test_text_and_names(language: str, words: str, tags: str, text: str, names: list[str]) -> None:
    made, found = joined(words.split(), tags.split(), language)
    assert made == text
    assert [made[start:end] for start, end, _ in found] == names
