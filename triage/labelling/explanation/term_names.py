"""Names of terms for people: a character n-gram is named by the word that contains it."""

from __future__ import annotations

from collections.abc import Sequence

GRAM = 4
"""Characters of an n-gram, including the blanks before and after the word."""


def term_names(terms: Sequence[str], words: Sequence[str]) -> list[str]:
    """A name for each term: for n-grams of the mail's words, in their order, the word; all other terms unchanged.

    Each n-gram is in one word only, so the contributions of n-grams add up exactly by word.
    """
    plain = dict.fromkeys(word for word in words if "=" not in word)
    placed = [(word, gram) for word in plain for gram in _grams(word)][: len(terms)]
    if [gram for _, gram in placed] == list(terms):
        return [word for word, _ in placed]
    return list(terms)


def _grams(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1)]
