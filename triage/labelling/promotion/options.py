"""The options of jobs/train.py and jobs/evaluate.py."""

from __future__ import annotations

import argparse
from pathlib import Path

from triage.errors import ConfigError
from triage.labelling.data.labelled_rows import LabelledFile


def add_file_options(parser: argparse.ArgumentParser) -> None:
    """Options that name a labelled file and its columns."""
    parser.add_argument("--labelled", type=Path, metavar="FILE", help="CSV or JSONL (also .gz) with text and labels")
    parser.add_argument("--head", metavar="NAME", help="the decision that the labels are about")
    parser.add_argument("--label", metavar="COLUMN", help="column with the label")
    parser.add_argument("--text", metavar="COLUMN[,COLUMN...]", help="columns with the text; `subject` is the subject")


def add_warm_option(parser: argparse.ArgumentParser) -> None:
    """Whether a training begins at the present champion."""
    parser.add_argument(
        "--warm",
        action="store_true",
        help=(
            "begin at the present champion: keep its candidate and hyper-parameters, improve its weights "
            "(heads of other than linear candidates are searched anew)"
        ),
    )


def labelled_file(args: argparse.Namespace) -> LabelledFile | None:
    """The file that the arguments name; None where they name none. Raises ConfigError when some are missing."""
    options = {name: getattr(args, name) for name in ("labelled", "head", "label", "text")}
    missing = [f"--{name}" for name, value in options.items() if value is None]
    if len(missing) == len(options):
        return None
    if missing:
        raise ConfigError(
            f"{', '.join(missing)} is missing.",
            where="command line",
            remedy="Example: --labelled tickets.csv --head topic --label Topic --text Subject,Body",
        )
    columns = tuple(column.strip() for column in args.text.split(","))
    return LabelledFile(args.labelled, args.head, args.label, columns)
