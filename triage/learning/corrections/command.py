"""`jobs/feedback.py`: reads corrections back, sees what was moved, and takes corrections back."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from triage.cli import os_user
from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.learning.corrections.add import add_corrections, undo
from triage.learning.corrections.files.read import read_corrections
from triage.learning.corrections.files.rows import Context
from triage.learning.corrections.proposal import Outcome, Rejected
from triage.paths import write_whole
from triage.privacy.pseudonyms.keys import load_keys
from triage.spark.session import spark_session

_MOST_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The ways in: a file, two exports of a mailbox, or the id of what is taken back."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="CSV, XLSX or JSONL that people filled in")
    parser.add_argument(
        "--moved", nargs=2, metavar=("BEFORE", "AFTER"), help="two exports of a mailbox, between which mails were moved"
    )
    parser.add_argument("--undo", metavar="ID", help="take back the correction, or the undo, of this id")
    parser.add_argument("--by", metavar="NAME", help="who corrected, all of it (default: whom a row names, else you)")
    parser.add_argument("--reason", metavar="TEXT", help="why, for --undo")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Does what the arguments name and prints what came of it; 2 where nothing of it could be stored, else 0."""
    if sum(map(bool, (args.file, args.moved, args.undo))) != 1:
        raise ConfigError("Nothing to do, or several things.", remedy="Give one of FILE, --moved and --undo.")
    if args.reason and not args.undo:
        raise ConfigError("A reason goes with an undo.", where="--reason", remedy="Write others into the file.")
    store = Store(lambda: spark_session(settings, "feedback"), settings.lake.root)
    require_lake(store)
    by = args.by if args.by is not None else os_user()
    if args.undo:
        return _printed(undo(store, settings, load_keys(settings), args.undo, by, args.reason))
    if args.file:
        return _of_file(args.file, Context(by, datetime.now(UTC), args.by is not None), store, settings)
    return _of_moves(args.moved, by, store, settings)


def _of_file(file: Path, context: Context, store: Store, settings: Settings) -> int:
    read = read_corrections(file, context)
    outcome = add_corrections(store, settings, load_keys(settings), read.proposals, "file")
    rejected = sorted([*read.rejected, *outcome.rejected], key=lambda one: one.row)
    outcome = replace(outcome, rejected=tuple(rejected))
    code = _printed(outcome)
    if context.by in {one.who for one in read.proposals} and not context.is_by_one:
        sys.stdout.write(f"Rows that name nobody are stored as those of {context.by} (--by names somebody else).\n")
    if read.unanswered:
        sys.stdout.write(f"{read.unanswered} rows have no label yet.\n")
    _write_rejected(rejected, file.with_name(f"{file.name}.rejected.csv"))
    return code


def _of_moves(exports: Sequence[str], by: str, store: Store, settings: Settings) -> int:
    from triage.learning.corrections.moves.compare import moves

    found = moves(exports[0], exports[1], by, store, settings)
    outcome = add_corrections(store, settings, load_keys(settings), found.proposals, "move")
    outcome = replace(outcome, rejected=(*found.rejected, *outcome.rejected))
    sys.stdout.write(f"{found.moved} mails lie in another folder than before.\n")
    return _printed(outcome)


def _printed(outcome: Outcome) -> int:
    out = sys.stdout
    known = f", {outcome.known} were there already" if outcome.known else ""
    out.write(f"{outcome.added} corrections stored{known}, {len(outcome.rejected)} rejected.\n")
    if outcome.dropped_reasons:
        out.write(f"{outcome.dropped_reasons} stated reasons were not stored: they may name a person.\n")
    for one in outcome.rejected[:_MOST_SHOWN]:
        out.write(f"  row {one.row}: {one.code.name}: {one.code.value}. {one.what}\n")
    if len(outcome.rejected) > _MOST_SHOWN:
        counts = Counter(one.code.name for one in outcome.rejected)
        out.write("  and more, in all: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()) + "\n")
    return 2 if outcome.rejected and not outcome.added + outcome.known else 0


def _write_rejected(rejected: Sequence[Rejected], path: Path) -> None:
    """The rejected rows, beside the file and without its values; where there are none, those of before go away."""
    try:
        if not rejected:
            path.unlink(missing_ok=True)
            return
        stream = io.StringIO(newline="")
        writer = csv.writer(stream)
        writer.writerow(("row", "code", "meaning", "what_to_do"))
        writer.writerows((one.row, one.code.name, one.code.value, one.what) for one in rejected)
        write_whole(path, stream.getvalue())
        sys.stdout.write(f"All rejected rows: {path}\n")
    except OSError as fault:
        sys.stderr.write(f"The list of rejected rows could not be written beside the file: {fault.strerror}.\n")
