"""What a table's expectations say, in Great Expectations' own words, kept in a file since GX takes a while to write them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from triage.lake.tables import Table

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

FILE = "suites.json"

Suites = Mapping[str, tuple["Sentence", ...]]
"""By table name, in the order of the declaration."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """An expectation: `name` as verdicts have it, its column (empty where it is about several), and what it says."""

    name: str
    column: str
    text: str


def suites_of(tables: Iterable[Table], folder: Path) -> Suites:
    """The suites of tables, read from `folder` where they have not changed, else written there. Raises OSError."""
    declared = tuple(tables)
    digest = _digest(declared)
    stored = _read(folder / FILE)
    if stored.get("digest") != digest:
        suites = {table.name: [[s.name, s.column, s.text] for s in _sentences(table)] for table in declared}
        stored = {"digest": digest, "suites": suites}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text(json.dumps(stored, indent=1), "utf-8")
    return {name: tuple(Sentence(*one) for one in suite) for name, suite in stored["suites"].items()}


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _digest(tables: tuple[Table, ...]) -> str:
    declared = repr([(table.name, table.keys, table.columns) for table in tables])
    return hashlib.sha256(f"{version('great-expectations')} {declared}".encode()).hexdigest()


def _sentences(table: Table) -> Iterator[Sentence]:
    from triage.quality.gate import expectation_name, expectations

    for expectation in expectations(table):
        column = expectation.configuration.kwargs.get("column", "")
        yield Sentence(expectation_name(expectation.configuration), column, _text(expectation))


def _text(expectation: Expectation) -> str:
    """GX's words with their parameters put in; its pages would also need scripts and styles of other hosts."""
    from great_expectations.render.renderer.inline_renderer import InlineRenderer

    [content] = InlineRenderer(render_object=expectation.configuration).get_rendered_content()
    values = {name: _plain(one["value"]) for name, one in (content.value.params or {}).items()}
    return Template(content.value.template or "").safe_substitute(values)


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
