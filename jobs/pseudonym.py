"""Prints the token of an address that is read from standard input, where no list of processes or history shows it."""

from __future__ import annotations

import getpass
import sys

from triage.cli import exit_with, job_parser, settings_from
from triage.rights.disclosure.token import address_token


def main() -> None:
    """Needs the lake's key and a reason; ops/reveals says who asked."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--reason", required=True, help="why; a ticket's number, never a name")
    args = parser.parse_args()
    settings = settings_from(args)
    given = getpass.getpass("Address: ") if sys.stdin.isatty() else sys.stdin.readline()
    sys.stdout.write(f"{address_token(settings, given.strip(), args.reason)}\n")


if __name__ == "__main__":
    exit_with(main)
