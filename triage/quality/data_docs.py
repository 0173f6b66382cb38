"""Data Docs: static pages of the suites and of each run's verdicts, with Great Expectations' words and without row values.

GX's own pages load scripts and styles from other hosts, and show the values that it found. These need no network, and
hold what the declarations and the verdicts hold: names, conditions, passed or failed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from triage.lake.tables import SILVER_MAIL, TABLES, Column, Table
from triage.paths import write_whole
from triage.quality.expectation_texts import Sentence, Suites, suites_of

GATED = SILVER_MAIL
"""The table whose rows the gate validates before they are published."""

MOST_RUNS, MOST_BATCHES = 100, 20
"""Runs that have a page, and failed batches that a line names."""

_RUN_PAGE = re.compile(r"run-(.+)\.html")


@dataclass(frozen=True, slots=True)
class Line:
    """An expectation in a run: in how many batches it was validated and failed, and the first of the latter."""

    name: str
    text: str
    batches: int
    failed: int
    failed_batches: Sequence[int]


def write_data_docs(verdicts: Iterable[Mapping[str, Any]], folder: Path, run_id: str) -> Path:
    """Writes the pages of all suites and of a run's verdicts, and returns that of the run.

    `verdicts` are rows of metrics/quality; those without a verdict are left out. Pages of the oldest runs are removed.
    Raises OSError where they cannot be written.
    """
    suites = suites_of(TABLES, folder)
    texts = {sentence.name: sentence.text for sentence in suites[GATED.name]}
    page = folder / f"run-{run_id}.html"
    _write(page, "run.html", run_id=run_id, lines=_lines(verdicts, texts))
    for table in TABLES:
        _write(folder / _file(table), "suite.html", table=_table(table, suites))
    _write(folder / "index.html", "index.html", runs=_runs(folder), tables=[_table(table, suites) for table in TABLES])
    return page


def _lines(verdicts: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> list[Line]:
    """Those that failed first."""
    found: dict[str, dict[int, bool]] = defaultdict(dict)
    for row in verdicts:
        if row["passed"] is not None:
            found[row["measure"]][row["batch_id"]] = row["passed"]
    lines = []
    for name, passed in found.items():
        failed = sorted(batch for batch, is_passed in passed.items() if not is_passed)
        lines.append(Line(name, texts.get(name, ""), len(passed), len(failed), failed[:MOST_BATCHES]))
    return sorted(lines, key=lambda line: (-line.failed, line.name))


def _runs(folder: Path) -> list[dict[str, str]]:
    """Runs with a page, the newest first; those beyond the bound lose theirs."""
    pages = sorted(folder.glob("run-*.html"), key=lambda page: (page.stat().st_mtime, page.name), reverse=True)
    for page in pages[MOST_RUNS:]:
        page.unlink(missing_ok=True)
    named = [(page.name, _RUN_PAGE.fullmatch(page.name)) for page in pages[:MOST_RUNS]]
    return [{"file": name, "run_id": match[1]} for name, match in named if match]


def _table(table: Table, suites: Suites) -> dict[str, Any]:
    suite = suites[table.name]
    return {
        "name": table.name,
        "comment": table.comment,
        "file": _file(table),
        "suite": suite,
        "is_gated": table is GATED,
        "columns": [_column(column, suite) for column in table.columns],
        "together": [sentence.text for sentence in suite if not sentence.column],
    }


def _column(column: Column, suite: Iterable[Sentence]) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.type.simpleString(),
        "comment": column.comment,
        "privacy": column.privacy.value,
        "expected": [sentence.text for sentence in suite if sentence.column == column.name],
    }


def _file(table: Table) -> str:
    return f"suite-{table.view}.html"


def _write(path: Path, template: str, **values: Any) -> None:
    """Whole or not at all; a page that stays as it is is not touched."""
    text = _PAGES.get_template(template).render(**values)
    if not path.is_file() or path.read_text("utf-8") != text:
        write_whole(path, text)


_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)
