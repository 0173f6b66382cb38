"""The command line of jobs/evaluate_pii.py."""

from __future__ import annotations

import argparse
from pathlib import Path


def evaluation_options(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The parsed arguments: `gold`, `spans`, `beside_stock`, `suggest`, `reveal`, `reason`, and those of all jobs.

    Exits with code 2 where terms are to be shown in clear and no reason is given.
    """
    parser.add_argument("--gold", type=Path, required=True, metavar="FILE.jsonl", help="texts with their gold spans")
    parser.add_argument("--spans", type=Path, required=True, metavar="FILE.jsonl", help="where the found spans go")
    parser.add_argument("--beside-stock", action="store_true", help="compare with Presidio as it comes")
    parser.add_argument("--suggest", action="store_true", help="propose terms that need not be hidden")
    parser.add_argument("--reveal", action="store_true", help="with --suggest: show the terms in clear")
    parser.add_argument("--reason", help="with --reveal: why; a ticket's number, never a name")
    args = parser.parse_args()
    if (args.reveal and not args.suggest) or args.reveal != (args.reason is not None):
        parser.error("--reveal needs --suggest and --reason, and --reason needs --reveal")
    return args
