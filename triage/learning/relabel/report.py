"""What a relabel changed: tables on the terminal, and a page with a JSON file beside it in the reports folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.config import Settings
from triage.learning.relabel.run import Relabelled
from triage.monitoring.report.rendering import template
from triage.monitoring.report.texts import texts
from triage.paths import write_whole

FOLDER = "relabels"
_SHOWN = 15
"""Changes a head, or of queues, that the terminal shows; the page has all."""


@dataclass(frozen=True, slots=True)
class Change:
    """How many mails went from one label or queue to another; `was` is empty for a head that had no label."""

    was: str
    now: str
    mails: int


def report(done: Relabelled, settings: Settings) -> None:
    """Prints the figures and writes the page; an unwritable folder loses the page, and nothing else."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    for line in _lines(done):
        console.print(line, markup=False)
    for name, changes in changes_of(done).items():
        if any(one.was != one.now for one in changes):
            console.print(_table(name, changes))
    try:
        console.print(f"Page: {write_page(done, settings)}", markup=False, soft_wrap=True)
    except OSError as fault:
        console.print(f"The page could not be written: {fault.strerror}.", markup=False)


def write_page(done: Relabelled, settings: Settings) -> Path:
    """Writes `<reports>/relabels/<relabel_id>.html` and .json, each whole or not at all; returns the page."""
    folder = settings.reports_folder / FOLDER
    name = done.work.relabel_id
    write_whole(folder / f"{name}.json", json.dumps(document(done), indent=2, ensure_ascii=False))
    words = texts(settings.report.language, settings.monitoring.value.currency)
    page = template("relabel.html", words).render(work=done.work, figures=done.figures, changes=changes_of(done))
    return write_whole(folder / f"{name}.html", page)


def document(done: Relabelled) -> dict[str, Any]:
    """The relabel and its figures; times in ISO 8601."""
    work = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(done.work).items()
    }
    return work | dict(done.figures) | {"changes": json.loads(done.figures["changes"])}


def changes_of(done: Relabelled) -> dict[str, list[Change]]:
    """By head, and for `queue`: most mails first, also those that kept their label or queue."""
    found = json.loads(done.figures["changes"])
    named = {**found["labels"], "queue": found["queues"]}
    return {
        name: sorted((Change(*one) for one in changes), key=lambda one: (-one.mails, one.was, one.now))
        for name, changes in named.items()
    }


def _lines(done: Relabelled) -> Iterator[str]:
    work, figures = done.work, done.figures
    by = ", ".join(f"{name} version {version}" for name, version in sorted(work.models.items()))
    yield f"{work.relabel_id}: {figures['mails']:,} mails labelled by {by} in {figures['seconds']:.0f} s."
    if work.only_version:
        yield f"Version {work.model_version} of {work.model} was made champion in place of {work.only_version}."
    changed = ", ".join(f"{head} {count:,}" for head, count in sorted(figures["labels_changed"].items()))
    yield f"Changed labels: {changed or 'none'}. Changed queues: {figures['routes_changed']:,}."
    yield f"Routes left as they are because staff corrected the mail: {figures['left_to_staff']:,}."
    if figures["without_text"]:
        yield f"Not labelled again because the text is gone: {figures['without_text']:,}."


def _table(name: str, changes: Sequence[Change]) -> Table:
    table = Table("from", "to", "mails", title=name, title_justify="left")
    moved = [one for one in changes if one.was != one.now]
    for one in moved[:_SHOWN]:
        table.add_row(Text(one.was or "–"), Text(one.now), f"{one.mails:,}")
    if rest := moved[_SHOWN:]:
        table.add_row(f"{len(rest)} more", "", f"{sum(one.mails for one in rest):,}")
    table.add_row("unchanged", "", f"{sum(one.mails for one in changes if one.was == one.now):,}")
    return table
