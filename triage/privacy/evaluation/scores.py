"""How found spans compare with gold spans: counts, and the shares that are read from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt

from triage.privacy.detection.spans import Span
from triage.privacy.evaluation.gold import GoldRow

ENTITY_NAMES = {
    "PER": "PERSON", "NAME": "PERSON", "EMAIL": "EMAIL_ADDRESS", "MAIL": "EMAIL_ADDRESS", "PHONE": "PHONE_NUMBER",
    "FAX": "PHONE_NUMBER", "ADDRESS": "STREET_ADDRESS", "STREET": "STREET_ADDRESS", "GPE": "LOCATION",
    "LOC": "LOCATION", "CARD": "CREDIT_CARD", "CREDIT_CARD_NUMBER": "CREDIT_CARD", "IBAN": "IBAN_CODE",
    "SSN": "US_SSN", "IP": "IP_ADDRESS", "DOMAIN_NAME": "URL", "DATE_TIME": "DATE", "TIME": "DATE", "NORP": "NRP",
    "DATE_OF_BIRTH": "BIRTH_DATE", "DOB": "BIRTH_DATE",
    "US_DRIVER_LICENSE": "DRIVER_LICENSE", "US_PASSPORT": "PASSPORT", "US_ITIN": "NATIONAL_ID",
    "US_BANK_NUMBER": "ACCOUNT_NUMBER", "MEDICAL_LICENSE": "NATIONAL_ID", "UK_NHS": "NATIONAL_ID",
}  # fmt: skip
"""What other gold sets and Presidio call our entities; a name that is not here stays as it is."""

IGNORED = frozenset({"DATE"})
"""Neither missed nor, when redacted, counted as too much: whether a date is hidden is the policy's choice."""

_NORMAL_95 = 1.959964


@dataclass(slots=True)
class Tally:
    """Counts of one entity.

    They are of gold spans, those fully covered, their letters and digits, and findings that touch any gold span.
    """

    spans: int = 0
    covered: int = 0
    characters: int = 0
    characters_covered: int = 0
    findings: int = 0
    correct: int = 0

    @property
    def recall(self) -> float | None:
        """Share of gold spans of which every letter and digit is hidden; None without any."""
        return share(self.covered, self.spans)

    @property
    def precision(self) -> float | None:
        """Share of findings that touch a gold span of any entity; None without findings."""
        return share(self.correct, self.findings)

    @property
    def f2(self) -> float | None:
        """The F-measure that weighs recall four times as much as precision (van Rijsbergen 1979, beta = 2)."""
        recall, precision = self.recall, self.precision
        if recall is None or precision is None or not recall + precision:
            return None
        return 5 * precision * recall / (4 * precision + recall)


@dataclass(slots=True)
class Score:
    """Tallies by entity, and the letters and digits outside all gold: how many, and how many of them were redacted."""

    entities: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    others: int = 0
    redacted: int = 0

    def add(self, row: GoldRow, found: Sequence[Span]) -> None:
        """Counts a text's findings against its gold; a row without gold spans counts nothing."""
        if row.spans is None:
            return
        counted = [character.isalnum() for character in row.text]
        hidden = _mask(((s.start, s.end) for s in found), len(row.text))
        personal = _mask(((start, end) for start, end, _ in row.spans), len(row.text))
        for start, end, name in row.spans:
            self._count_gold(counted, hidden, start, end, name)
        for span in found:
            tally = self.entities[span.entity]
            tally.findings += 1
            tally.correct += any(personal[span.start : span.end])
        if row.complete:
            self._count_others(counted, personal, found)

    def _count_gold(self, counted: Sequence[bool], hidden: bytearray, start: int, end: int, name: str) -> None:
        entity = ENTITY_NAMES.get(name.upper(), name.upper())
        if entity in IGNORED:
            return
        letters = [i for i in range(start, end) if counted[i]]
        covered = sum(hidden[i] for i in letters)
        tally = self.entities[entity]
        tally.spans += 1
        tally.covered += covered == len(letters)
        tally.characters += len(letters)
        tally.characters_covered += covered

    def _count_others(self, counted: Sequence[bool], personal: bytearray, found: Sequence[Span]) -> None:
        hidden = _mask(((s.start, s.end) for s in found if s.entity not in IGNORED), len(counted))
        outside = [i for i, letter in enumerate(counted) if letter and not personal[i]]
        self.others += len(outside)
        self.redacted += sum(hidden[i] for i in outside)


def share(part: int, whole: int) -> float | None:
    """`part` of `whole`; None of nothing."""
    return part / whole if whole else None


def interval(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, JASA 22, 1927), which holds for small counts and shares near 1 too."""
    if not whole:
        return 0.0, 1.0
    p, z = part / whole, _NORMAL_95
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return max(0.0, middle - half), min(1.0, middle + half)


def _mask(ranges: Iterable[tuple[int, int]], length: int) -> bytearray:
    mask = bytearray(length)
    for start, end in ranges:
        mask[start : min(end, length)] = b"\1" * (min(end, length) - start)
    return mask
