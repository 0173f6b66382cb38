"""Prints what a token stands for, after an audit row in ops/reveals says who asked, when and why."""

from __future__ import annotations

import sys

from triage.cli import exit_with, job_parser, settings_from
from triage.rights.disclosure.reveal import reveal


def main() -> None:
    """Needs the lake's key and a reason."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("token", metavar="TOKEN", help="such as '<PERSON_5b21e0_7f3a9c0de1b2a394>'")
    parser.add_argument("--reason", required=True, help="why; a ticket's number, never a name")
    args = parser.parse_args()
    sys.stdout.write(f"{reveal(settings_from(args), args.token, args.reason)}\n")


if __name__ == "__main__":
    exit_with(main)
