"""`jobs/review.py agreement`: how far reviewers agree where several saw the same mail."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from rich.table import Table as Grid

from triage.config import Settings
from triage.labelling.evaluation.metrics import print_table
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.learning.command import Command
from triage.learning.review.agreement import Agreement, agreements
from triage.learning.review.answers import read_answers
from triage.spark.session import spark_session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of a table")


def run(args: argparse.Namespace, settings: Settings) -> None:
    """Prints Krippendorff's alpha of each head and Cohen's kappa of each pair of reviewers."""
    store = Store(lambda: spark_session(settings, "review"), settings.lake.root)
    require_lake(store)
    found = agreements(read_answers(store))
    if args.json:
        sys.stdout.writelines(json.dumps(asdict(one)) + "\n" for one in found)
        return
    table = Grid("head", "of", "mails", "equal", "agreement", "95 % interval", title="Agreement between reviewers")
    for one in found:
        table.add_row(one.head, _of(one), str(one.mails), f"{one.share:.0%}", _figure(one.value), _interval(one))
    print_table(table)


def _of(one: Agreement) -> str:
    return " and ".join(one.who) + " (kappa)" if one.who else "all (alpha)"


def _figure(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"


def _interval(one: Agreement) -> str:
    return "" if one.value is None else f"{_figure(one.low)} to {_figure(one.high)}"


AGREEMENT = Command("agreement", "shows how far reviewers agree where several saw the same mail", add_arguments, run)
