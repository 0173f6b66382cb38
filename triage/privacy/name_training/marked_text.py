"""Text with marked names, made from the tokens of a corpus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triage.privacy.name_training.detokenize import joined as detokenized


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text, its ISO 639-1 language and the (first character, character behind the last, label) of its names."""

    text: str
    language: str
    names: tuple[tuple[int, int, str], ...]


def from_tokens(tokens: list[str], tags: list[str], language: str) -> MarkedText:
    """The text that tokens with BIO tags stand for."""
    text, names = detokenized(tokens, tags, language)
    return MarkedText(text, language, tuple(names))


def joined(texts: Sequence[MarkedText], between: str = " ") -> MarkedText:
    """Texts of one language one after another."""
    text, names = "", []
    for each in texts:
        text += between if text else ""
        names += [(start + len(text), end + len(text), label) for start, end, label in each.names]
        text += each.text
    return MarkedText(text, texts[0].language, tuple(names))
