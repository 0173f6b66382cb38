"""`jobs/status.py`: reads a help desk's file of answered and closed mails."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from triage.config import Settings
from triage.config.base import PLAIN_NAME
from triage.errors import ConfigError
from triage.helpdesk.status import Stored, add_status
from triage.helpdesk.status_file import read_status_file
from triage.lake.store import Store
from triage.privacy.pseudonyms.keys import load_keys
from triage.spark.session import spark_session

_MOST_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and the name of the help desk."""
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV or JSONL with status, at, mail_key or message_id")
    parser.add_argument("--source", default="help_desk", metavar="NAME", help="the help desk (default: help_desk)")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Stores the file's rows and prints what came of it; 2 where none of them could be stored, else 0."""
    if not PLAIN_NAME.fullmatch(args.source):
        raise ConfigError(
            "The name of the help desk is not a plain one.",
            where="--source",
            remedy="Take up to 40 of a-z, 0-9 and _, a letter first, that name no person.",
        )
    store = Store(lambda: spark_session(settings, "status"), settings.lake.root)
    return _printed(add_status(store, load_keys(settings), read_status_file(args.file), args.source))


def _printed(stored: Stored) -> int:
    known = f", {stored.known:,} were there already" if stored.known else ""
    sys.stdout.write(f"{stored.added:,} changes stored{known}, {len(stored.rejected):,} rows rejected.\n")
    for one in stored.rejected[:_MOST_SHOWN]:
        sys.stdout.write(f"  row {one.row}: {one.what}\n")
    if len(stored.rejected) > _MOST_SHOWN:
        sys.stdout.write(f"  and {len(stored.rejected) - _MOST_SHOWN:,} more\n")
    return 2 if stored.rejected and not stored.added + stored.known else 0
