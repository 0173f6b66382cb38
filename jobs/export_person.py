"""Writes all mails of a person as JSON, after an audit row in ops/reveals says who asked, when and why."""

from __future__ import annotations

import sys
from pathlib import Path

from triage.cli import exit_with, job_parser, settings_from
from triage.rights.disclosure.export import export_person
from triage.rights.search.subjects import parse_subjects


def main() -> None:
    """Needs the lake's key and a reason; only the owner may read the file."""
    parser = job_parser(__doc__ or "")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--address", action="append", default=[], help="the person's mail address")
    who.add_argument("--pseudonym", action="append", default=[], metavar="TOKEN", help="the person's token")
    parser.add_argument("--reason", required=True, help="why; a ticket's number, never a name")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.json", help="where the mails go")
    args = parser.parse_args()
    [subject, *more] = parse_subjects(args.address, args.pseudonym, [])
    if more:
        parser.error("one person at a time")
    count = export_person(settings_from(args), subject, args.reason, args.out)
    sys.stdout.write(f"{args.out}: {count} mails\n")


if __name__ == "__main__":
    exit_with(main)
