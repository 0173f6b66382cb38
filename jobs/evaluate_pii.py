"""Detects personal data in a gold set with the code of the nightly job, and compares with the gold spans.

`--gold F.jsonl --spans OUT.jsonl`: rows `{"id", "text", "spans": [[start, end, type], …], "headers": {…}}` in, rows
`{"id", "spans"}` out. Gold spans and headers may be missing, and `"language"` (ISO 639-1) may be given where it should
not be detected from the text. Rows with a `"set"` get a table each, and `"complete": false` says that not all personal
data of a row is marked; a summary ends the tables. `--beside-stock` runs Presidio as it comes over the same rows.

`--suggest` proposes terms for `allow` of the privacy policy instead: hidden in several mails, and likely harmless. They
are printed as tokens of the lake's key, in clear only with `--reveal --reason TEXT`, after their rows in ops/reveals.
"""

from __future__ import annotations

from functools import partial

from triage.cli import exit_with, job_parser, settings_from
from triage.privacy.evaluation.evaluate import evaluate, print_suggestions, print_tables
from triage.privacy.evaluation.options import evaluation_options
from triage.rights.disclosure.reveal import record_shown


def main() -> None:
    """Reads the arguments, writes the spans, prints the tables or the proposed terms."""
    args = evaluation_options(job_parser(__doc__ or ""))
    settings = settings_from(args)
    if args.suggest:
        record = partial(record_shown, settings, reason=args.reason) if args.reveal else None
        print_suggestions(settings, args.gold, args.spans, record)
    else:
        print_tables(evaluate(settings, args.gold, args.spans, beside_stock=args.beside_stock))


if __name__ == "__main__":
    exit_with(main)
