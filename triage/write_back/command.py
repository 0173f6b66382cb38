"""The command line of jobs/write_back.py."""

from __future__ import annotations

import argparse
import sys

from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.privacy.pseudonyms.keys import Keys
from triage.rights.disclosure.audit import Audit, Requested
from triage.spark.session import spark_session
from triage.write_back.run import Counts, Work, undo_routes, write_routes
from triage.write_back.targets import target_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the job beside those that all jobs take."""
    parser.add_argument("target", metavar="TARGET", help="a name in write_back.targets")
    parser.add_argument("--days", type=float, default=7, help="of mail, up to the newest one (default: 7)")
    parser.add_argument("--dry-run", action="store_true", help="only count what would be written or taken back")
    parser.add_argument("--undo", action="store_true", help="take back all that was written to the target")
    parser.add_argument("--reason", default="", help="why, for ops/reveals; needed where mails are opened")


def run(settings: Settings, args: argparse.Namespace) -> None:
    """Writes or takes back, and prints the counts. Raises ConfigError for wrong use."""
    if not args.days > 0:
        raise ConfigError("The number of days is not above 0.", where="--days", remedy="Give such as 7.")
    target = target_of(args.target, settings)
    store = Store(lambda: spark_session(settings, "write_back"), settings.lake.root)
    require_lake(store)
    keys = None if args.undo or not target.needs_message else _keys(settings, args.reason)
    work = Work(args.target, target, store, settings, keys, args.dry_run)
    counts = undo_routes(work) if args.undo else write_routes(work, args.days)
    sys.stdout.write(f"{_sentence(counts, args)}\n")


def _keys(settings: Settings, reason: str) -> Keys:
    """The keys of the vault, after a row in ops/reveals says who opens mails, when and why."""
    audit, requested = Audit(settings, "export", reason), Requested("mail", "")
    audit.validate_reason(requested)
    audit.record("shown", requested)
    return audit.keys


def _sentence(counts: Counts, args: argparse.Namespace) -> str:
    would = "would be " if args.dry_run else ""
    lost = f", {counts.lost:,} of them not there any more" if counts.lost else ""
    if args.undo:
        return f"{counts.undone:,} mails {would}taken back{lost}."
    return (
        f"{counts.written:,} mails {would}written, {counts.current:,} as before, {counts.absent:,} not in the target."
    )
