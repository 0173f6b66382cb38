"""Zones against the marked sets of ../shared/data: `python -m tests.benchmark.zones`.

Precision, recall and F1 over the characters that are not blank and that the set's marks speak of. What a set calls a
closing counts as signature, its list footers and advertisements as disclaimer, text behind a header block as quoted.
A quotation that a set does not divide further is found by whatever kind is not newest.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from tests.conftest import SHARED_DATA
from triage.mail.zones.split import Kind, zones

KINDS: tuple[Kind, ...] = ("newest", "quoted", "header", "signature", "disclaimer")
Mark = Kind | Literal["undivided"] | None
Marks = list[Mark]
Gold = Iterator[tuple[str, Marks]]


def paint(marks: Marks, start: int, end: int, kind: Mark) -> None:
    marks[start:end] = [kind] * (min(end, len(marks)) - start)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text("utf-8").strip("\n").split("\n"))


def quagga(path: Path) -> Gold:
    """Bodies before the first header are newest, those after it quoted; words of closing are signature."""
    for row in _rows(path):
        text, spans = row["text"], row["spans"]
        marks: Marks = [None] * len(text)
        headers = [span["start"] for span in spans if span["type"] == "Header"]
        first = min(headers, default=len(text))
        order = {
            "Body": 0,
            "Body/Outro": 1,
            "Body/Outro/Name": 1,
            "Body/Signature": 2,
            "Body/Signature/Disclaimer": 3,
            "Header": 4,
        }
        for span in sorted((s for s in spans if s["type"] in order), key=lambda s: order[s["type"]]):
            body: Kind = "newest" if span["start"] < first else "quoted"
            by_type: dict[str, Kind] = {
                "Header": "header",
                "Body": body,
                "Body/Signature/Disclaimer": "disclaimer",
            }
            paint(marks, span["start"], span["end"], by_type.get(span["type"], "signature"))
        _quoted_by_mark(text, marks)
        yield text, marks


def _quoted_by_mark(text: str, marks: Marks) -> None:
    """Lines with `>` are quoted, whatever body they are part of: the set marks bodies only."""
    start = 0
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith(">"):
            for i in range(start, start + len(line)):
                marks[i] = "undivided" if marks[i] in ("newest", "quoted") else marks[i]
        start += len(line)


WEBIS: dict[str, Mark] = {
    "quotation": "undivided",
    "quotation_marker": "header",
    "inline_headers": "header",
    "closing": "signature",
    "personal_signature": "signature",
    "mua_signature": "disclaimer",
}
_UNJUDGED = ("visual_separator",)


def webis(path: Path) -> Gold:
    """Prose, code and tables are newest before the first marker of a forwarded mail, quoted behind it."""
    for row in _rows(path):
        text = row["text"]
        marks: Marks = [None] * len(text)
        forwarded = min((s for s, _, label in row["labels"] if label == "inline_headers"), default=len(text))
        for start, end, label in row["labels"]:
            if label not in _UNJUDGED:
                body: Kind = "newest" if start < forwarded else "quoted"
                paint(marks, start, end, WEBIS.get(label, body))
        yield text, marks


def forge(path: Path) -> Gold:
    """Single mails without quotations: signature lines and the rest."""
    for row in _rows(path):
        marks: Marks = []
        for number, line in enumerate(row["text"].split("\n")):
            kind: Kind = "signature" if number in row["signature_lines"] else "newest"
            marks += [kind] * (len(line) + 1)
        yield row["text"], marks[: len(row["text"])]


def trimmer(path: Path) -> Gold:
    """What a reply is without the elided part is newest; of the rest the set does not say what it is."""
    for row in _rows(path):
        text, trimmed = row["email"] or "", (row["trimmed"] or "").rstrip("\n")
        if trimmed and text.startswith(trimmed):
            marks: Marks = [None] * len(text)
            paint(marks, 0, len(trimmed), "newest")
            yield text, marks


SETS: dict[str, tuple[str, Callable[[Path], Gold]]] = {
    "quagga enron": ("quagga_enron_zones_names/mails.jsonl", quagga),
    "quagga asf": ("quagga_asf_zones/mails.jsonl", quagga),
    "webis enron": ("webis_mail_zones/enron.jsonl", webis),
    "webis gmane": ("webis_mail_zones/gmane_validation.jsonl", webis),
    "forge": ("forge_signatures/mails.jsonl", forge),
    "reply trimmer": ("reply_trimmer_gold/cases.jsonl", trimmer),
}


def counts(gold: Gold) -> tuple[Counter[tuple[Kind, Kind]], int, float]:
    """Characters by (marked, found), characters read, seconds."""
    pairs: Counter[tuple[Kind, Kind]] = Counter()
    size, seconds = 0, 0.0
    for text, marks in gold:
        start = time.perf_counter()
        found = zones(text)
        seconds += time.perf_counter() - start
        size += len(text)
        for zone in found:
            for i in range(zone.start, zone.end):
                mark = marks[i]
                if mark == "undivided" and not text[i].isspace():
                    pairs["quoted", "newest" if zone.kind == "newest" else "quoted"] += 1
                elif mark is not None and mark != "undivided" and not text[i].isspace():
                    pairs[mark, zone.kind] += 1
    return pairs, size, seconds


def scores(pairs: Counter[tuple[Kind, Kind]], kind: Kind) -> tuple[float, float, float, int]:
    """Precision, recall, F1 and marked characters of a kind."""
    hit = pairs[kind, kind]
    marked = sum(n for (gold, _), n in pairs.items() if gold == kind)
    found = sum(n for (_, own), n in pairs.items() if own == kind)
    precision, recall = hit / max(found, 1), hit / max(marked, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9), marked


def main(arguments: Sequence[str]) -> int:
    """Prints the table; with names of sets, of these only."""
    table = Table("set", "zone", "precision", "recall", "F1", "characters", "mostly taken for")
    size, seconds = 0, 0.0
    for name, (path, read) in SETS.items():
        if arguments and name not in arguments:
            continue
        pairs, read_size, read_seconds = counts(read(SHARED_DATA / path))
        size, seconds = size + read_size, seconds + read_seconds
        for kind in KINDS:
            *figures, marked = scores(pairs, kind)
            wrong = Counter({own: n for (gold, own), n in pairs.items() if gold == kind != own}).most_common(2)
            if marked:
                mistaken = ", ".join(f"{own} {n / marked:.2f}" for own, n in wrong)
                table.add_row(name, kind, *(f"{figure:.3f}" for figure in figures), str(marked), mistaken)
    Console(width=120).print(table)
    Console().print(f"{size / 1e6 / seconds:.1f} million characters a second")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
