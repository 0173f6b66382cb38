"""Zones against the marked sets of ../shared/data: `python -m tests.benchmark.zones --data ../shared/data`.

With `--peers PYTHON`, a Python that has mail-parser-reply, email_reply_parser and talon, what these find in the same
run: newest text and, as far as they tell it, signatures. `--misses SET` prints where ours and a set differ most.

Precision, recall and F1 over the characters that are not blank and that the set's marks speak of. What a set calls a
closing counts as signature, its list footers and advertisements as disclaimer, text behind a header block as quoted.
A quotation that a set does not divide further is found by whatever kind is not newest.
"""

from __future__ import annotations

import argparse
import json
import subprocess
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
Spans = list[tuple[int, int, Kind]]
Pairs = Counter[tuple[Kind, Kind]]
_BESIDE: tuple[Kind, ...] = ("newest", "signature")


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
    """What a reply is without the elided part is newest; the rest is not, and the set does not divide it further."""
    for row in _rows(path):
        text, trimmed = row["email"] or "", (row["trimmed"] or "").rstrip("\n")
        if trimmed and text.startswith(trimmed):
            marks: Marks = [None] * len(text)
            paint(marks, 0, len(trimmed), "newest")
            paint(marks, len(trimmed), len(text), "undivided")
            yield text, marks


SETS: dict[str, tuple[str, Callable[[Path], Gold]]] = {
    "quagga enron": ("quagga_enron_zones_names/mails.jsonl", quagga),
    "quagga asf": ("quagga_asf_zones/mails.jsonl", quagga),
    "webis enron": ("webis_mail_zones/enron.jsonl", webis),
    "webis gmane": ("webis_mail_zones/gmane_validation.jsonl", webis),
    "forge": ("forge_signatures/mails.jsonl", forge),
    "reply trimmer": ("reply_trimmer_gold/cases.jsonl", trimmer),
}


def own_spans(text: str) -> Spans:
    """The zones that the project finds."""
    return [(zone.start, zone.end, zone.kind) for zone in zones(text)]


def peer_spans(python: str, texts: Sequence[str]) -> dict[str, list[Spans | None]]:
    """What each peer finds in each text; None where it failed."""
    script = Path(__file__).with_name("zone_peers.py")
    given = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run([python, str(script)], input=given, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)}


def counts(gold: Sequence[tuple[str, Marks]], found: Sequence[Spans | None]) -> Pairs:
    """Characters by (marked, found); what lies in no span counts as quoted, and `forwarded` as quoted."""
    pairs: Pairs = Counter()
    for (text, marks), spans in zip(gold, found, strict=True):
        kinds: list[Kind] = ["quoted"] * len(text)
        for start, end, kind in spans or ():
            kinds[start:end] = ["quoted" if kind == "forwarded" else kind] * (end - start)
        for character, mark, kind in zip(text, marks, kinds, strict=True):
            if mark is None or character.isspace():
                continue
            if mark == "undivided":
                pairs["quoted", "newest" if kind == "newest" else "quoted"] += 1
            else:
                pairs[mark, kind] += 1
    return pairs


def scores(pairs: Pairs, kind: Kind) -> tuple[float, float, float, int]:
    """Precision, recall, F1 and marked characters of a kind."""
    hit = pairs[kind, kind]
    marked = sum(n for (gold, _), n in pairs.items() if gold == kind)
    found = sum(n for (_, own), n in pairs.items() if own == kind)
    precision, recall = hit / max(found, 1), hit / max(marked, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9), marked


def beside(table: Table, name: str, gold: Sequence[tuple[str, Marks]], every: dict[str, list[Spans | None]]) -> None:
    """F1 of newest text and signature, one row a zone: ours first."""
    for kind in _BESIDE:
        found = {system: scores(counts(gold, spans), kind) for system, spans in every.items()}
        if next(iter(found.values()))[3]:
            table.add_row(name, kind, *(f"{figures[2]:.3f}" for figures in found.values()))


def show_misses(console: Console, gold: Sequence[tuple[str, Marks]]) -> None:
    """The lines of a public set that are newest to one and not to the other, most characters first."""
    missed: Counter[tuple[str, str]] = Counter()
    for text, marks in gold:
        kinds = [kind for start, end, kind in own_spans(text) for _ in range(start, end)]
        start = 0
        for line in text.splitlines(keepends=True):
            mark, kind = marks[start], kinds[start]
            if mark and line.strip() and (mark == "newest") != (kind == "newest"):
                missed[f"{mark} taken for {kind}", line.strip()[:110]] += len(line.strip())
            start += len(line)
    for (mistake, line), size in missed.most_common(60):
        console.print(f"{size:5} {mistake:32} {line}", markup=False)


def main(arguments: Sequence[str]) -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", help=", ".join(SETS))
    parser.add_argument("--data", type=Path, default=SHARED_DATA)
    parser.add_argument("--peers", help="a Python that has the peers")
    parser.add_argument("--misses", choices=list(SETS))
    given = parser.parse_args(arguments)
    console = Console(width=130)
    if given.misses:
        path, read = SETS[given.misses]
        show_misses(console, list(read(given.data / path)))
        return 0
    table = Table("set", "zone", "precision", "recall", "F1", "characters", "mostly taken for")
    compared: Table | None = None
    size, mails, seconds = 0, 0, 0.0
    for name, (path, read) in SETS.items():
        if given.sets and name not in given.sets:
            continue
        gold = list(read(given.data / path))
        start = time.process_time()
        found: list[Spans | None] = [own_spans(text) for text, _ in gold]
        seconds += time.process_time() - start
        size, mails = size + sum(len(text) for text, _ in gold), mails + len(gold)
        pairs = counts(gold, found)
        for kind in KINDS:
            *figures, marked = scores(pairs, kind)
            wrong = Counter({own: n for (mark, own), n in pairs.items() if mark == kind != own}).most_common(2)
            if marked:
                mistaken = ", ".join(f"{own} {n / marked:.2f}" for own, n in wrong)
                table.add_row(name, kind, *(f"{figure:.3f}" for figure in figures), str(marked), mistaken)
        if given.peers:
            every = {"ours": found} | peer_spans(given.peers, [text for text, _ in gold])
            compared = compared or Table("F1 of", "zone", *every)
            beside(compared, name, gold, every)
    for shown in filter(None, (table, compared)):
        console.print(shown)
    console.print(f"{size / 1e6 / seconds:.2f} million characters, {mails / seconds:,.0f} mails a processor second")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
