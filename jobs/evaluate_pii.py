"""Detects personal data in a gold set with the code of the nightly job, and compares with the gold spans.

`--gold F.jsonl --spans OUT.jsonl`: rows `{"id", "text", "spans": [[start, end, type], …], "headers": {…}}` in, rows
`{"id", "spans"}` out. Gold spans and headers may be missing, and `"language"` (ISO 639-1) may be given where it should
not be detected from the text. Rows with a `"set"` get a table each, and `"complete": false` says that not all personal
data of a row is marked; a summary ends the tables. `--beside-stock` runs Presidio as it comes over the same rows.
"""

from __future__ import annotations

from pathlib import Path

from triage.cli import exit_with, job_parser, settings_from
from triage.privacy.evaluation.evaluate import evaluate, print_tables


def main() -> None:
    """Reads the arguments, writes the spans, prints the table."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--gold", type=Path, required=True, metavar="FILE.jsonl", help="texts with their gold spans")
    parser.add_argument("--spans", type=Path, required=True, metavar="FILE.jsonl", help="where the found spans go")
    parser.add_argument("--beside-stock", action="store_true", help="compare with Presidio as it comes")
    args = parser.parse_args()
    print_tables(evaluate(settings_from(args), args.gold, args.spans, beside_stock=args.beside_stock))


if __name__ == "__main__":
    exit_with(main)
