"""What a tagger finds of the part of a corpus that was held back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triage.privacy.name_training.marked_text import MarkedText
from triage.privacy.tagging.tagger import Tagger


@dataclass(frozen=True, slots=True)
class Figures:
    """Persons in the text, the share of them that findings cover wholly, and the share of other letters found."""

    persons: int
    recall: float
    excess: float


def figures(tagger: Tagger, texts: Sequence[MarkedText]) -> Figures:
    """The figures over all texts; findings of any label cover."""
    persons = covered = others = excess = 0
    for text, entities in zip(texts, tagger.find([text.text for text in texts]), strict=True):
        hidden = _places((start, end) for _, start, end in entities)
        named = _places((start, end) for start, end, _ in text.names)
        letters = {place for place, letter in enumerate(text.text) if letter.isalnum()} - named
        found = [hidden.issuperset(range(start, end)) for start, end, label in text.names if label == "PER"]
        persons, covered = persons + len(found), covered + sum(found)
        others, excess = others + len(letters), excess + len(letters & hidden)
    return Figures(persons, round(covered / max(persons, 1), 4), round(excess / max(others, 1), 4))


def _places(ranges: Iterable[tuple[int, int]]) -> set[int]:
    return {place for start, end in ranges for place in range(start, end)}
