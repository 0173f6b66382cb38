"""The command line of jobs/try_rules.py, and the tables that it prints."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.pipeline.tried_rules.plot import plot, validate_plot
from triage.pipeline.tried_rules.run import heads_of, try_rules
from triage.pipeline.tried_rules.tried import TriedRules
from triage.routing.lint import lint
from triage.routing.lint.checked import Finding

_WIDTH = 160


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the job beside those that all jobs take."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the rule file to try")
    parser.add_argument("--days", type=float, default=7, help="of mail, up to the newest one (default: 7)")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write a plot: .png, .svg or .html")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="write the mails whose route differs, as JSON lines")
    parser.add_argument("--lint", action="store_true", help="only look for what is likely not meant; needs no lake")


def run(store: Store, settings: Settings, args: argparse.Namespace) -> None:
    """Prints what differs, and what the lint finds; the lake stays as it is. Raises ConfigError for wrong use."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    if args.plot:
        validate_plot(args.plot)
    findings = lint(args.file, heads_of(settings), datetime.now(UTC).date())
    if not args.lint:
        require_lake(store)
        tried = try_rules(store, settings, args.file, args.days)
        _write(tried, args)
        print_tried(tried, console)
    print_findings(findings, console)


def print_tried(tried: TriedRules, console: Console) -> None:
    """Tables of what differs."""
    console.print(
        f"{tried.mails:,} mails received from {tried.since:%Y-%m-%d %H:%M} to {tried.until:%Y-%m-%d %H:%M} UTC, "
        f"by rules {tried.version_before} and {tried.version_after}: {len(tried.moved):,} differ "
        f"({tried.seconds:.1f} s)"
    )
    _print_table(console, "Queues", ("before", "after", "mails"), tried.changed_queues)
    _print_table(console, "Priorities", ("before", "after", "mails"), tried.changed_priorities)
    _print_table(console, "Answers due", ("change", "mails", "median hours"), _due(tried))
    _print_table(console, "Rules", ("rule", "mails before", "mails after"), tried.changed_rules)


def print_findings(findings: Sequence[tuple[str, Finding]], console: Console) -> None:
    """A table of what the lint found."""
    rows = [(code, ", ".join(one.rules), one.what, one.remedy) for code, one in findings]
    _print_table(console, "Likely not meant", ("finding", "where", "what", "remedy"), rows)
    if not rows:
        console.print("The file is in order.")


def _due(tried: TriedRules) -> list[tuple[str, int, str]]:
    rows = [
        ("earlier", len(tried.earlier), f"{median(tried.earlier):.1f}" if tried.earlier else ""),
        ("later", len(tried.later), f"{median(tried.later):.1f}" if tried.later else ""),
        ("newly due", tried.newly_due, ""),
        ("no longer due", tried.no_longer_due, ""),
    ]
    return [row for row in rows if row[1]]


def _print_table(console: Console, title: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    table = Table(title=title, title_justify="left")
    for name, value in zip(names, rows[0], strict=True):
        table.add_column(name, justify="right" if isinstance(value, int) else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(f"{value:,}" if isinstance(value, int) else value or "none") for value in row))
    console.print(table)


def _write(tried: TriedRules, args: argparse.Namespace) -> None:
    try:
        if args.plot:
            plot(tried, args.plot)
        if args.keys:
            lines = (json.dumps(moved._asdict()) for moved in tried.moved)
            args.keys.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    except OSError as fault:
        where = str(fault.filename or args.plot or args.keys)
        raise ConfigError(
            f"The file cannot be written: {fault.strerror}.", where=where, remedy="Name another."
        ) from None
