"""The command line of jobs/promote.py."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.evaluation.metrics import print_table
from triage.labelling.registry.champion import head_model_name
from triage.lake.store import Store
from triage.learning.promotion.approval import ACTIONS, decide_as_person
from triage.learning.promotion.decide import reason_of_decision
from triage.learning.promotion.records import GO_LIVE, Row, finish_promotions, read_decisions
from triage.spark.session import spark_session

_MOST = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the job beside those that all jobs take."""
    parser.add_argument("--head", metavar="NAME", help="the model of this head alone; else the model of all heads")
    parser.add_argument("--version", metavar="V", help="the version to decide on; without it, decisions are listed")
    parser.add_argument("--reason", metavar="TEXT", help="why; written down with your user name")
    action = parser.add_mutually_exclusive_group()
    for name, about in ACTIONS.items():
        action.add_argument(f"--{name}", dest="action", action="store_const", const=name, help=about)


def run(args: argparse.Namespace, settings: Settings) -> None:
    """Lists the latest decisions, or decides. Raises ConfigError where version, action and reason do not fit."""
    store = Store(lambda: spark_session(settings, "promote"), settings.lake.root)
    if (args.version is None) != (args.action is None):
        raise ConfigError(
            "A version and what to do with it belong together.",
            where="--version",
            remedy="Example: --version 7 --approve --reason TEXT",
        )
    if args.version is None:
        for finished in finish_promotions(settings, store):
            sys.stderr.write(f"{finished}: a decision that a killed process had written is carried out now.\n")
        _list(read_decisions(store))
        return
    name = head_model_name(settings, args.head) if args.head else settings.mlflow.registered_model
    row = decide_as_person(settings, store, name, args.version, args.action, reason_of_decision(args.reason))
    sys.stdout.write(_outcome(row) + "\n")


def _outcome(row: Row) -> str:
    version = f"{row['model']} version {row['version']}"
    if row["decision"] in GO_LIVE:
        return f"{version} is the champion now."
    return f"{version} waits for approval." if row["decision"] == "awaits_approval" else f"{version} is refused."


def _list(rows: Sequence[Row]) -> None:
    if not rows:
        sys.stdout.write("No decision on a model was made yet.\n")
        return
    table = Table("decided (UTC)", "model", "version", "champion then", "decision", "by", "reason",
                  title=f"decisions on models, the latest {min(_MOST, len(rows))} of {len(rows)}")  # fmt: skip
    for row in reversed(rows[-_MOST:]):
        shown = (row["model"], row["version"], row["champion"] or "", row["decision"], row["decided_by"], row["reason"])
        table.add_row(f"{row['decided_at']:%Y-%m-%d %H:%M}", *map(escape, shown))
    print_table(table)
