"""How much of a gold set's personal data is found, and how much else is redacted with it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import track
from rich.table import Table

from triage.config import Settings
from triage.errors import ConfigError
from triage.privacy.engine import Anonymizer
from triage.privacy.keys import keys_from_secret
from triage.privacy.spans import Span

ENTITY_NAMES = {
    "PER": "PERSON",
    "NAME": "PERSON",
    "EMAIL": "EMAIL_ADDRESS",
    "MAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "FAX": "PHONE_NUMBER",
    "ADDRESS": "STREET_ADDRESS",
    "STREET": "STREET_ADDRESS",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "CARD": "CREDIT_CARD",
    "CREDIT_CARD_NUMBER": "CREDIT_CARD",
    "IBAN": "IBAN_CODE",
    "SSN": "US_SSN",
    "IP": "IP_ADDRESS",
    "DOMAIN_NAME": "URL",
}
"""What other gold sets call our entities; a name that is not here stays as it is."""

IGNORED = frozenset({"DATE", "TIME", "DATE_TIME"})
"""Entities that the policy does not hide: neither missed nor, when redacted, counted as too much."""

_BY_CODE = b"evaluation: tokens are not kept" * 2


@dataclass(slots=True)
class Tally:
    """Counts of one entity: gold spans, those fully covered, their letters and digits, and finds that met any gold."""

    spans: int = 0
    covered: int = 0
    characters: int = 0
    characters_covered: int = 0
    found: int = 0
    right: int = 0


@dataclass(slots=True)
class Report:
    """Tallies by entity, and the letters and digits outside all gold: how many, and how many of them were redacted."""

    entities: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    others: int = 0
    redacted: int = 0
    has_gold: bool = False


def evaluate(settings: Settings, gold: Path, out: Path) -> Report:
    """Writes the found spans of each gold row to `out` and tells how they compare. Raises ConfigError for bad input."""
    rows = list(_rows(gold))
    anonymizer = Anonymizer(settings, keys_from_secret(_BY_CODE))
    report = Report()
    progress = track(rows, description="Detecting", console=Console(stderr=True))
    with _opened(out) as file:
        for row in progress:
            found = anonymizer.detect(row["text"], _headers(row), row.get("language"))
            file.write(
                json.dumps({"id": row.get("id"), "spans": [[s.start, s.end, s.entity] for s in found]}) + "\n"
            )
            if row.get("spans") is not None:
                _compare(report, row["text"], row["spans"], found)
    return report


def _opened(out: Path) -> TextIO:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return out.open("w", encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"The found spans cannot be written: {error.strerror}.",
            where=str(out),
            remedy="Give --spans a file in a folder that can be written.",
        ) from None


def _headers(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in (row.get("headers") or {}).items() if value is not None}


def _rows(gold: Path) -> Iterator[Mapping[str, Any]]:
    remedy = 'Each line holds {"id", "text", "spans": [[start, end, type], ...], "headers": {...}, "language"}; all but the text may be missing.'
    try:
        with gold.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _row(line, f"{gold}:{number}", remedy)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The gold file cannot be read: {type(error).__name__}.", where=str(gold), remedy=remedy
        ) from None


def _row(line: str, where: str, remedy: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise ConfigError("A gold row is not JSON.", where=where, remedy=remedy) from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ConfigError("A gold row has no text.", where=where, remedy=remedy)
    for name, is_right in _OPTIONAL.items():
        if row.get(name) is not None and not is_right(row[name]):
            raise ConfigError(f"The {name} of a gold row cannot be read.", where=where, remedy=remedy)
    return row


def _are_spans(given: object) -> bool:
    return isinstance(given, list) and all(_is_span(span) for span in given)


def _is_span(given: object) -> bool:
    if not isinstance(given, list) or len(given) < 3:
        return False
    start, end, name = given[:3]
    return type(start) is int and type(end) is int and isinstance(name, str) and 0 <= start <= end


def _are_headers(given: object) -> bool:
    return isinstance(given, dict) and all(
        value is None or isinstance(value, str) for value in given.values()
    )


_OPTIONAL: dict[str, Callable[[object], bool]] = {
    "spans": _are_spans,
    "headers": _are_headers,
    "language": lambda given: isinstance(given, str),
}
"""What a row may hold besides its text, and how each is told to be well formed."""


def _compare(report: Report, text: str, gold: Sequence[Sequence[Any]], found: Sequence[Span]) -> None:
    report.has_gold = True
    counted = [character.isalnum() for character in text]
    hidden = _mask(((s.start, s.end) for s in found), len(text))
    personal = _mask(((start, end) for start, end, *_ in gold), len(text))
    for start, end, name, *_ in gold:
        _count_gold(report, counted, hidden, int(start), min(int(end), len(text)), str(name))
    for span in found:
        tally = report.entities[span.entity]
        tally.found += 1
        tally.right += any(personal[span.start : span.end])
    outside = [i for i, letter in enumerate(counted) if letter and not personal[i]]
    report.others += len(outside)
    report.redacted += sum(hidden[i] for i in outside)


def _count_gold(
    report: Report, counted: Sequence[bool], hidden: bytearray, start: int, end: int, name: str
) -> None:
    entity = ENTITY_NAMES.get(name.upper(), name.upper())
    if entity in IGNORED:
        return
    letters = [i for i in range(start, end) if counted[i]]
    covered = sum(hidden[i] for i in letters)
    tally = report.entities[entity]
    tally.spans += 1
    tally.covered += covered == len(letters)
    tally.characters += len(letters)
    tally.characters_covered += covered


def _mask(ranges: Iterable[tuple[int, int]], length: int) -> bytearray:
    mask = bytearray(length)
    for start, end in ranges:
        mask[start : min(end, length)] = b"\1" * (min(end, length) - start)
    return mask


def print_table(report: Report) -> None:
    """Prints recall and precision by entity on standard output."""
    console = Console(width=100)
    if not report.has_gold:
        console.print("No gold spans: nothing to compare with.")
        return
    table = Table("entity", "gold spans", "span recall", "character recall", "found", "precision")
    for entity, t in sorted(report.entities.items()):
        table.add_row(
            entity, str(t.spans), _share(t.covered, t.spans), _share(t.characters_covered, t.characters),
            str(t.found), _share(t.right, t.found),
        )  # fmt: skip
    console.print(table)
    console.print(f"Redacted of the other letters and digits: {_share(report.redacted, report.others)}")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "–"
