"""Writes made-up business mail of any amount, with gold labels and marked personal data on request."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from triage.cli import exit_with
from triage.samples.command import FORMATS, languages_of, write_sample


def main() -> None:
    """Writes the mailbox and prints where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, required=True, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same mails (default 1)")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where to write")
    parser.add_argument("--format", choices=FORMATS, default="mbox", help="default mbox")
    gold = "also write labels and placeholder text (.jsonl or .jsonl.gz)"
    parser.add_argument("--gold", type=Path, metavar="FILE", help=gold)
    pii_gold = "also write clear text and spans, as evaluate_pii.py reads them (.jsonl or .jsonl.gz)"
    parser.add_argument("--pii-gold", type=Path, metavar="FILE", help=pii_gold)
    languages = "write in these languages in equal shares (such as it,pl), with business letters among the mail"
    parser.add_argument("--languages", type=languages_of, default=(), metavar="CODE,CODE", help=languages)
    args = parser.parse_args()
    options = {"pii_gold": args.pii_gold, "languages": args.languages}
    sys.stdout.write(f"{write_sample(args.out, args.format, args.mails, args.seed, args.gold, **options)}\n")


if __name__ == "__main__":
    exit_with(main)
