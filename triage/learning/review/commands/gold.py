"""`jobs/review.py gold`: puts settled labels into the gold set, or lists it."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table as Grid

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.evaluation.metrics import print_table
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.locks import lake_lock
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.learning.command import Command
from triage.learning.corrections.reviewers import load_reviewers, reviewer_token
from triage.learning.corrections.vault import remember_reviewers
from triage.learning.review.gold import COLUMNS, read_settled, settle, settled_labels
from triage.privacy.pseudonyms.keys import load_keys
from triage.spark.session import spark_session
from triage.stages.plan import validate_key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A file, who settled its labels, and whether they replace others."""
    columns = ", ".join(COLUMNS)
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help=f"CSV or JSONL with {columns}; else a list")
    parser.add_argument("--by", default="", metavar="NAME", help="who settled the labels; stored as a pseudonym")
    parser.add_argument("--replace", action="store_true", help="change labels that were settled otherwise")


def run(args: argparse.Namespace, settings: Settings) -> None:
    """Prints how many rows went in, and on standard error why others did not. Raises ConfigError without a name."""
    store = Store(lambda: spark_session(settings, "review"), settings.lake.root)
    require_lake(store)
    if args.file is None:
        _print_gold(store)
        return
    if load_reviewers(settings).find(args.by) is None:
        remedy = "Name the person who settled the labels, as in learning.corrections.reviewers where that is set."
        raise ConfigError("No such person may settle labels.", where="--by", remedy=remedy)
    keys = load_keys(settings)
    validate_key(store, keys)
    rows, by = read_settled(args.file), reviewer_token(args.by, keys)
    remember_reviewers([args.by], store, keys)
    with lake_lock(settings.lake.root) if args.replace else nullcontext():
        found = settle(store, keys, load_taxonomy(settings), rows, by, datetime.now(UTC), replace=args.replace)
    sys.stdout.write(f"{found.added} added, {found.changed} changed, {found.known} known before, ")
    sys.stdout.write(f"{len(found.rejected)} rejected\n")
    sys.stderr.writelines(f"{line}\n" for line in found.rejected)


def _print_gold(store: Store) -> None:
    table = Grid("head", "label", "mails", title="Settled labels")
    counts = Counter((head, label) for (_, head), label in settled_labels(store).items())
    for (head, label), mails in sorted(counts.items()):
        table.add_row(head, label, str(mails))
    print_table(table)


GOLD = Command("gold", "puts settled labels of a file into the gold set, or lists it", add_arguments, run)
