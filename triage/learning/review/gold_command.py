"""`jobs/review.py gold`: lists the settled labels."""

from __future__ import annotations

import argparse
from collections import Counter

from rich.table import Table as Grid

from triage.config import Settings
from triage.labelling.evaluation.metrics import print_table
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.learning.command import Command
from triage.learning.review.gold import settled_labels
from triage.spark.session import spark_session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(args: argparse.Namespace, settings: Settings) -> None:
    """Prints how many mails are settled, by head and label. Raises ConfigError where there is no lake."""
    store = Store(lambda: spark_session(settings, "review"), settings.lake.root)
    require_lake(store)
    _print_gold(store)


def _print_gold(store: Store) -> None:
    table = Grid("head", "label", "mails", title="Settled labels")
    counts = Counter((head, label) for (_, head), label in settled_labels(store).items())
    for (head, label), mails in sorted(counts.items()):
        table.add_row(head, label, str(mails))
    print_table(table)


GOLD = Command("gold", "lists the settled labels", add_arguments, run)
