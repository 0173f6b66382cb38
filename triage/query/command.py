"""The options of jobs/query.py, and what it does with them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, get_args

from triage.cli import progress_console
from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.query.as_of import read_moment
from triage.query.ask import Question, ask
from triage.query.engines.choice import EngineName
from triage.query.forms import BINARY_FORMS, FORMS, form_of
from triage.query.language.parameters import read_parameters
from triage.query.scripts import SCRIPTS, script
from triage.query.waiting import begun_reading, shown_progress

_ROWS = 100


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the statement and how it is answered."""
    parser.add_argument("sql", nargs="?", help="the statement; without it and --file, a prompt opens on a terminal")
    parser.add_argument("--file", type=Path, help="file with the statement")
    parser.add_argument(
        "--script", choices=SCRIPTS, help="print SQL that makes all tables and views known to that program, and end"
    )
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help="value of :NAME")
    parser.add_argument("--as-of", metavar="TIME", help="the lake as it was then: 2026-11-30 is its beginning in UTC")
    parser.add_argument("--limit", type=int, default=_ROWS, help=f"rows at most, default {_ROWS}; 0 for all")
    parser.add_argument("--format", choices=FORMS, help="form of the rows; else by the ending of --output, or table")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the rows go, instead of the terminal")
    parser.add_argument(
        "--engine", choices=get_args(EngineName), default="auto", help="by default DuckDB, and Spark where it cannot"
    )


def run(store: Store, settings: Settings, args: argparse.Namespace) -> None:
    """Answers the statement of the arguments, or those of a prompt. Raises ConfigError for wrong arguments."""
    if args.script:
        require_lake(store)
        with _target(args.output) as target:
            target.writelines(f"{line}\n".encode() for line in script(store, args.script))
        return
    sql = _statement(args)
    if sql is not None:
        _answer(store, settings, args, sql)
        return
    from triage.query.shell import run_shell

    run_shell(lambda asked: _answer(store, settings, args, asked), progress_console)


def _statement(args: argparse.Namespace) -> str | None:
    if args.sql is not None and args.file is not None:
        raise ConfigError("There are two statements.", where="--file", remedy="Give a statement, or a file with one.")
    if args.file is not None:
        try:
            return str(args.file.read_text("utf-8-sig"))
        except (OSError, UnicodeError):
            raise ConfigError(
                "The statement cannot be read.", where=str(args.file), remedy="Give a readable file in UTF-8."
            ) from None
    if args.sql is None and not (sys.stdin.isatty() and sys.stdout.isatty()):
        remedy = 'Give one: jobs/query.py "SELECT …". A pipe is read by --file /dev/stdin; a prompt needs a terminal.'
        raise ConfigError("There is no statement.", where="sql", remedy=remedy)
    return args.sql if args.sql is None else str(args.sql)


def _answer(store: Store, settings: Settings, args: argparse.Namespace, sql: str) -> None:
    moment = read_moment(args.as_of) if args.as_of else None
    question = Question(sql, read_parameters(args.param), max(args.limit, 0), moment, args.engine)
    form = args.format or form_of(args.output)
    if form in BINARY_FORMS and args.output is None and sys.stdout.isatty():
        raise ConfigError(f"{form} is no text for a terminal.", where="--format", remedy="Give --output FILE as well.")
    with shown_progress(progress_console) as watch:
        rows = begun_reading(ask(store, settings, question, watch))
    with _target(args.output) as target:
        count = FORMS[form](rows, target)
    if args.output is not None:
        progress_console.print(f"{count:,} rows in {args.output}", highlight=False)
    if args.limit and count == args.limit:
        progress_console.print(f"These are the first {count:,} rows: --limit 0 gives all.", highlight=False)


@contextmanager
def _target(output: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that only its owner reads and that is there once it is whole."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    draft = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            yield file
        draft.replace(output)
    except FileNotFoundError:
        raise ConfigError(
            "The folder of the output is not there.", where=str(output), remedy="Make it, or give another."
        ) from None
    finally:
        draft.unlink(missing_ok=True)
