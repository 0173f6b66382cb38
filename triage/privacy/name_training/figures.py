"""What a tagger finds of the part of a corpus that was held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triage.privacy.name_training.marked_text import MarkedText
from triage.privacy.tagging.tagger import Entity, Tagger


@dataclass(frozen=True, slots=True)
class Figures:
    """Persons in the text, the share of them that findings cover wholly, and the shares of other letters found.

    `excess` counts findings of any label, `person_excess` those of persons.
    """

    persons: int
    recall: float
    excess: float
    person_excess: float


def figures(tagger: Tagger, texts: Sequence[MarkedText]) -> Figures:
    """The figures over all texts; a finding of any label covers a person."""
    total: Counter[str] = Counter()
    for text, entities in zip(texts, tagger.find([text.text for text in texts]), strict=True):
        total.update(_counts(text, entities))
    recall = total["covered"] / max(total["persons"], 1)
    excess, of_persons = (total[key] / max(total["others"], 1) for key in ("excess", "person_excess"))
    return Figures(total["persons"], round(recall, 4), round(excess, 4), round(of_persons, 4))


def _counts(text: MarkedText, entities: Sequence[Entity]) -> dict[str, int]:
    hidden = _places((start, end) for _, start, end in entities)
    as_person = _places((start, end) for label, start, end in entities if label == "PER")
    named = _places((start, end) for start, end, _ in text.names)
    others = {place for place, letter in enumerate(text.text) if letter.isalnum()} - named
    persons = [set(range(start, end)) for start, end, label in text.names if label == "PER"]
    return {
        "persons": len(persons), "covered": sum(person <= hidden for person in persons), "others": len(others),
        "excess": len(others & hidden), "person_excess": len(others & as_person),
    }  # fmt: skip


def _places(ranges: Iterable[tuple[int, int]]) -> set[int]:
    return {place for start, end in ranges for place in range(start, end)}
