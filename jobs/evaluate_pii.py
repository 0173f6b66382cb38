"""Detects personal data in a gold set with the code of the nightly job, and compares with the gold spans.

`--gold F.jsonl --spans OUT.jsonl`: rows `{"id", "text", "spans": [[start, end, type], …], "headers": {…}}` in, rows
`{"id", "spans"}` out. Gold spans and headers may be missing, and `"language"` (ISO 639-1) may be given where it should
not be detected from the text. Rows with a `"set"` get a table each, and `"complete": false` says that not all personal
data of a row is marked; a summary ends the tables. `--beside-stock` runs Presidio as it comes over the same rows.

`--suggest` proposes terms for `allow` of the privacy policy instead: hidden in several mails, and likely harmless. They
are printed as tokens of the lake's key, in clear only with `--reveal --reason TEXT`, after their rows in ops/reveals.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from triage.cli import exit_with, job_parser, settings_from
from triage.config import Settings
from triage.privacy.evaluation.evaluate import evaluate, print_tables
from triage.privacy.evaluation.suggest import HiddenTerms, print_terms
from triage.privacy.pseudonyms.keys import load_keys
from triage.rights.disclosure.reveal import record_shown


def main() -> None:
    """Reads the arguments, writes the spans, prints the table."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--gold", type=Path, required=True, metavar="FILE.jsonl", help="texts with their gold spans")
    parser.add_argument("--spans", type=Path, required=True, metavar="FILE.jsonl", help="where the found spans go")
    parser.add_argument("--beside-stock", action="store_true", help="compare with Presidio as it comes")
    parser.add_argument("--suggest", action="store_true", help="propose terms that need not be hidden")
    parser.add_argument("--reveal", action="store_true", help="with --suggest: show the terms in clear")
    parser.add_argument("--reason", help="with --reveal: why; a ticket's number, never a name")
    args = parser.parse_args()
    if (args.reveal and not args.suggest) or args.reveal != (args.reason is not None):
        parser.error("--reveal needs --suggest and --reason, and --reason needs --reveal")
    settings = settings_from(args)
    if args.suggest:
        _suggest(settings, args)
    else:
        print_tables(evaluate(settings, args.gold, args.spans, beside_stock=args.beside_stock))


def _suggest(settings: Settings, args: argparse.Namespace) -> None:
    hidden = HiddenTerms()
    keys = load_keys(settings)
    evaluate(settings, args.gold, args.spans, hidden=hidden)
    terms = hidden.harmless()
    if args.reveal and terms:
        record_shown(settings, [(term.entity, term.value) for term in terms], args.reason)
    print_terms(terms, keys, in_clear=args.reveal)


if __name__ == "__main__":
    exit_with(main)
