"""How much of a gold set's personal data is found, how much else is redacted with it, and what stock Presidio does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

from rich.console import Console, RenderableType
from rich.progress import track
from rich.table import Table

from triage.config import Settings
from triage.errors import ConfigError
from triage.privacy.anonymizer import Anonymizer
from triage.privacy.detection.spans import Span
from triage.privacy.evaluation.gold import GoldRow, gold_rows
from triage.privacy.evaluation.scores import IGNORED, Score, Tally, interval, share
from triage.privacy.evaluation.stock import StockPresidio
from triage.privacy.evaluation.suggest import HiddenTerms, print_terms
from triage.privacy.pseudonyms.keys import keys_from_secret, load_keys

_BY_CODE = b"evaluation: tokens are not kept" * 2
_TOGETHER = 64
_WIDTH = 132


@dataclass(slots=True)
class Comparison:
    """One set in one language: this project's score, and stock Presidio's where it was requested."""

    ours: Score = field(default_factory=Score)
    stock: Score | None = None


Report = dict[tuple[str, str], Comparison]
"""Comparisons by set and language; both are "" for rows that give none."""

OnFound = Callable[[GoldRow, Sequence[Span]], None]
"""Is given what was found in a row."""


def evaluate(
    settings: Settings, gold: Path, out: Path, *, beside_stock: bool = False, hidden: HiddenTerms | None = None
) -> Report:
    """Writes the found spans of each gold row to `out` and returns how they compare with the gold.

    With `beside_stock` Presidio as it comes reads the same rows. `hidden` counts the terms that were found. Raises
    ConfigError for bad input.
    """
    rows = list(gold_rows(gold))
    with _opened(out) as file:

        def write(row: GoldRow, found: Sequence[Span]) -> None:
            spans = [[s.start, s.end, s.entity] for s in found]
            file.write(json.dumps({"id": row.id, "spans": spans}) + "\n")
            if hidden is not None:
                hidden.add(row, found)

        shown = track(rows, description="Detecting", console=Console(stderr=True))
        return measure(settings, shown, write, beside_stock=beside_stock)


def measure(settings: Settings, rows: Iterable[GoldRow], on_found: OnFound, *, beside_stock: bool = False) -> Report:
    """How what is found in each row compares with its gold; `on_found` is given what is found, row by row.

    Rows without gold spans are read, too, and count nothing. With `beside_stock`, see `evaluate`.
    """
    anonymizer = Anonymizer(settings, keys_from_secret(_BY_CODE))
    stock = StockPresidio() if beside_stock else None
    report: Report = {}
    for some in _some_at_a_time(rows):
        for row, found in zip(some, anonymizer.detect_all(some), strict=True):
            on_found(row, found)
            _compare(report, row, found, stock)
    return report


def _some_at_a_time(rows: Iterable[GoldRow]) -> Iterator[list[GoldRow]]:
    waiting = iter(rows)
    while some := list(islice(waiting, _TOGETHER)):
        yield some


def _compare(report: Report, row: GoldRow, found: Sequence[Span], stock: StockPresidio | None) -> None:
    if row.spans is None:
        return
    comparison = report.setdefault((row.set, row.language or ""), Comparison())
    comparison.ours.add(row, found)
    if stock is not None:
        comparison.stock = comparison.stock or Score()
        comparison.stock.add(row, stock.detect(row.text))


@contextmanager
def _opened(out: Path) -> Iterator[TextIO]:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        file = out.open("w", encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"The found spans cannot be written: {error.strerror}.",
            where=str(out),
            remedy="Give --spans a file in a folder that can be written.",
        ) from None
    with file:
        yield file


def print_suggestions(
    settings: Settings, gold: Path, out: Path, record: Callable[[Sequence[tuple[str, str]]], None] | None = None
) -> None:
    """Evaluates, and prints terms that need not be hidden: as tokens, or with `record` in clear.

    `record` writes the audit rows of the terms (entity, value) before any is shown. Raises ConfigError as `evaluate`
    does, and what `record` raises.
    """
    keys, hidden = load_keys(settings), HiddenTerms()
    evaluate(settings, gold, out, hidden=hidden)
    terms = hidden.harmless()
    if record is not None and terms:
        record([(term.entity, term.value) for term in terms])
    print_terms(terms, keys, in_clear=record is not None)


def print_tables(report: Report) -> None:
    """Prints `tables` on standard output."""
    console = Console(width=_WIDTH)
    for part in tables(report):
        console.print(part)


def tables(report: Report) -> Iterator[RenderableType]:
    """A table for each set and language, and one that sums them up."""
    if not report:
        yield "No gold spans: nothing to compare with."
        return
    for (name, language), comparison in report.items():
        yield _table(" ".join(filter(None, (name, language))), comparison)
        yield over_redaction("this project", comparison.ours)
        if comparison.stock:
            yield over_redaction("stock Presidio", comparison.stock)
        yield ""
    yield _summary(report)


def _summary(report: Report) -> Table:
    """A line for each set and language: PERSON recall, and what else was redacted, here and by stock Presidio."""
    has_stock = any(comparison.stock for comparison in report.values())
    table = Table("set", "language", "persons", "PERSON recall", "over-redaction", title="summary")
    for heading in ("stock: PERSON recall", "over-redaction") if has_stock else ():
        table.add_column(heading)
    for (name, language), comparison in report.items():
        scores = [comparison.ours, *([comparison.stock] if comparison.stock else [])]
        cells = [cell for score in scores for cell in (_figure(_persons(score).recall), _share_redacted(score))]
        table.add_row(name, language, str(_persons(comparison.ours).spans), *cells)
    return table


def _persons(score: Score) -> Tally:
    return score.entities.get("PERSON", Tally())


def _share_redacted(score: Score) -> str:
    return f"{score.redacted / score.others:.1%}" if score.others else "–"


def _table(title: str, comparison: Comparison) -> Table:
    table = Table(
        "entity", "gold", "span recall", "95 %", "characters", "found", "precision", "F2", title=title or None
    )
    stock = comparison.stock
    for heading in ("stock: recall", "precision", "F2") if stock else ():
        table.add_column(heading)
    for entity, tally in sorted(comparison.ours.entities.items()):
        if entity not in IGNORED:
            table.add_row(entity, *_cells(tally), *(_stock_cells(stock.entities[entity], tally) if stock else ()))
    return table


def _cells(tally: Tally) -> list[str]:
    low, high = interval(tally.covered, tally.spans)
    return [
        str(tally.spans), _figure(tally.recall), f"{low:.3f}–{high:.3f}" if tally.spans else "–",
        _figure(share(tally.characters_covered, tally.characters)), str(tally.findings), _figure(tally.precision),
        _figure(tally.f2),
    ]  # fmt: skip


def _stock_cells(stock: Tally, ours: Tally) -> list[str]:
    is_better = (stock.recall or 0) > (ours.recall or 0)
    mark = " (higher)" if is_better else ""
    return [_figure(stock.recall) + mark, _figure(stock.precision), _figure(stock.f2)]


def over_redaction(who: str, score: Score) -> str:
    """A sentence on what else was redacted."""
    if not score.others:
        return f"{who}: what else was redacted is not counted, because not all of this set is marked"
    return f"{who}: redacted {_share_redacted(score)} of the other letters and digits"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
