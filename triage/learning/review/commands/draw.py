"""`jobs/review.py draw`: fills the queues of the teams with mails that people should look at."""

from __future__ import annotations

import argparse
import sys

from rich.table import Table as Grid

from triage.cli import progress_console
from triage.config import Settings
from triage.labelling.evaluation.metrics import print_table
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables.learning import REVIEW_PURPOSES
from triage.learning.command import Command
from triage.privacy.pseudonyms.keys import load_keys
from triage.progress import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own: budgets and shares are settings (`learning.review`)."""
    parser.epilog = "budgets and shares: settings below learning.review, such as --set learning.review.budget=20"


def run(_: argparse.Namespace, settings: Settings) -> None:
    """Prints how many mails were drawn, by team and purpose."""
    from triage.learning.review.queue import draw
    from triage.spark.session import spark_session

    store = Store(lambda: spark_session(settings, "review"), settings.lake.root)
    require_lake(store)
    with Progress(progress_console).stage("draw", "mails for people"):
        found = draw(store, settings, load_keys(settings))
    if not found:
        sys.stdout.write("Nothing was drawn: the queues are full, or no mail is new. jobs/review.py list shows them.\n")
        return
    table = Grid("team", *(purpose.replace("_", " ") for purpose in REVIEW_PURPOSES), title="Mails drawn")
    for team in sorted({team for team, _ in found}):
        table.add_row(team, *(str(found.get((team, purpose), 0)) for purpose in REVIEW_PURPOSES))
    print_table(table)


DRAW = Command("draw", "draws mails that people should look at into the teams' queues", add_arguments, run)
