"""Reads people's corrections: a file that they filled in, what they moved between folders, or an undo.

The file is a CSV or XLSX that jobs/review.py export wrote, or JSONL. Rows that cannot be stored are named with their
number and the reason, on standard output and in FILE.rejected.csv, and the rest goes in; the same file again changes
nothing. `--moved BEFORE AFTER` compares two exports of a mailbox, with the folders of `learning.corrections.folders`.
`--undo ID` takes back a correction, or an undo, whoever made it; a file takes back a person's own only.
"""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.learning.corrections.command import add_arguments, run


def main() -> int:
    """Prints what was stored; exit code 2 where nothing could be."""
    parser = job_parser(__doc__ or "")
    add_arguments(parser)
    args = parser.parse_args()
    return run(args, settings_from(args))


if __name__ == "__main__":
    exit_with(main)
