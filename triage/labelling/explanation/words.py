"""Terms as a reader knows them: character grams are told by the words that they lie in."""

from __future__ import annotations

from collections.abc import Sequence

GRAM = 4
"""Characters of a gram, a blank at the word's bounds counted."""


def readable(terms: Sequence[str], words: Sequence[str]) -> list[str]:
    """A name for each term: for grams of the mail's words, in their order, the word; all other terms as they are.

    A gram lies in one word only, so what the grams add can be told by words exactly.
    """
    plain = dict.fromkeys(word for word in words if "=" not in word)
    placed = [(word, gram) for word in plain for gram in _grams(word)][: len(terms)]
    if [gram for _, gram in placed] == list(terms):
        return [word for word, _ in placed]
    return list(terms)


def _grams(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1)]
