"""`jobs/review.py list`: what waits in the queues of the teams."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict

from rich.table import Table as Grid

from triage.config import Settings
from triage.labelling.evaluation.metrics import print_table
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.learning.command import Command
from triage.learning.review.items import Item, open_items
from triage.spark.session import spark_session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A team, and the form."""
    parser.add_argument("--team", metavar="QUEUE", help="only the items of this team, in their order")
    parser.add_argument("--json", action="store_true", help="one JSON object a line for each item, without its text")


def run(args: argparse.Namespace, settings: Settings) -> None:
    """Prints how many items each team has, or the items of one team."""
    store = Store(lambda: spark_session(settings, "review"), settings.lake.root)
    require_lake(store)
    items = open_items(store, args.team, settings.learning.review)
    if args.json:
        sys.stdout.writelines(_line(item) + "\n" for item in items)
    else:
        print_table(_of_team(items) if args.team else _by_team(items))


def _line(item: Item) -> str:
    content = asdict(item) | {"answered_by": sorted(item.answered_by)}
    shown = {name: value for name, value in content.items() if name not in ("subject", "body", "near", "terms")}
    return json.dumps(shown, ensure_ascii=False, default=str)


def _by_team(items: tuple[Item, ...]) -> Grid:
    table = Grid("team", "head", "items", title="Items to review")
    for (team, head), count in sorted(Counter((item.team, item.head) for item in items).items()):
        table.add_row(team, head, str(count))
    return table


def _of_team(items: tuple[Item, ...]) -> Grid:
    table = Grid("place", "mail", "head", "suggested", "score", "answers", title="Items to review")
    for item in items:
        given = f"{len(item.answered_by)} of {item.answers}"
        table.add_row(str(item.place), item.mail_key[:16], item.head, item.suggested, f"{item.score:.2f}", given)
    return table


LIST = Command("list", "lists what waits for an answer, by team", add_arguments, run)
