"""Reads which mails were answered, closed or opened again from a file of the help desk into gold/status.

The file is CSV (or JSONL, by its name) with the columns `status` (answered, closed or reopened), `at` (when, ISO 8601,
in UTC where it names no zone), and `mail_key` or `message_id`. Rows that cannot be stored are named with their number,
and the rest goes in; the same file again changes nothing. Answers that the company sent by mail are seen without a
file, where `company.domains` names its domains.
"""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.helpdesk.command import add_arguments, run


def main() -> int:
    """Prints what was stored; exit code 2 where nothing could be."""
    parser = job_parser(__doc__ or "")
    add_arguments(parser)
    args = parser.parse_args()
    return run(args, settings_from(args))


if __name__ == "__main__":
    exit_with(main)
