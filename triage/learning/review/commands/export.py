"""`jobs/review.py export`: writes mails to a file in which people fill in the right labels."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.learning.command import Command
from triage.learning.corrections.export.rows import ExportRow, queue_rows, recent_rows
from triage.learning.corrections.export.sheets import csv_bytes, xlsx_bytes
from triage.spark.session import spark_session

_WRITERS = {"csv": csv_bytes, "xlsx": xlsx_bytes}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--format, --out, --team, --recent and --head."""
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the mails go")
    parser.add_argument("--format", choices=tuple(_WRITERS), help="default: as the file's name says, else csv")
    parser.add_argument("--team", metavar="QUEUE", help="mails of this queue only")
    parser.add_argument(
        "--recent", type=_count, metavar="N", help="the N newest mails instead of those that wait in the review queue"
    )
    parser.add_argument(
        "--head", action="append", default=[], metavar="HEAD", help="with --recent: a head to correct; repeatable"
    )


def run(args: argparse.Namespace, settings: Settings) -> None:
    """Prints how many rows were written. Raises ConfigError where there is no lake, or nothing to review."""
    store = Store(lambda: spark_session(settings, "review"), settings.lake.root)
    require_lake(store)
    rows = _rows(args, store, settings)
    labels = {head.name: head.labels for head in load_taxonomy(settings)}
    form = args.format or ("xlsx" if args.out.suffix.casefold() == ".xlsx" else "csv")
    _write(args.out, _WRITERS[form](rows, labels, secrets.token_hex(4)))
    sys.stdout.write(
        f"{args.out}: {len(rows)} rows. Fill in the column label, then: jobs/feedback.py {args.out} --by NAME\n"
    )


def _rows(args: argparse.Namespace, store: Store, settings: Settings) -> list[ExportRow]:
    if args.recent:
        rows = recent_rows(store, settings, args.team, args.head, args.recent)
    else:
        rows = queue_rows(store, settings, args.team)
    if rows:
        return rows
    raise ConfigError(
        "There is nothing to review.",
        where="--team" if args.team else "",
        remedy="Try another team." if args.recent else "Draw mails with jobs/review.py draw, or give --recent 50.",
    )


def _write(path: Path, data: bytes) -> None:
    """Readable by its owner only: the words are anonymized, but they are a company's mail.

    What people filled in is never overwritten: the name is taken first, by a file that the whole one replaces.
    """
    try:
        _create(path, b"")
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.draft")
        try:
            _create(draft, data)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise
    except FileExistsError:
        raise ConfigError(
            "The file is there already, and people may have filled it in.",
            where="--out",
            remedy="Name another file, or move that one away.",
        ) from None
    except OSError as fault:
        raise ConfigError(
            f"The file cannot be written: {fault.strerror}.", where="--out", remedy="Name another place."
        ) from None


def _create(path: Path, data: bytes) -> None:
    """Raises FileExistsError where there is one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, 0o600)
        file.write(data)


def _count(text: str) -> int:
    count = int(text)
    if not 0 < count <= 100_000:
        raise argparse.ArgumentTypeError("give a number from 1 to 100000")
    return count


EXPORT = Command("export", "writes mails to CSV or XLSX, in which people fill in the right labels", add_arguments, run)
