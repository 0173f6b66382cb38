"""Prints or writes who may read each folder of the lake: a script for root, or policies of the object store."""

from __future__ import annotations

from pathlib import Path

from triage.cli import exit_with, job_parser, settings_from
from triage.rights.grants.command import apply, check, write_grants


def main() -> int:
    """Exit code 1 where `--check` finds that groups or modes of a local lake differ."""
    parser = job_parser(__doc__ or "")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--out", type=Path, metavar="FOLDER", help="write the files there; default: print them")
    action.add_argument("--check", action="store_true", help="compare a local lake's groups and modes with the grants")
    action.add_argument("--apply", action="store_true", help="set groups and modes of a local lake; as root or owner")
    args = parser.parse_args()
    settings = settings_from(args)
    if args.check or args.apply:
        return check(settings) if args.check else apply(settings)
    write_grants(settings, args.out)
    return 0


if __name__ == "__main__":
    exit_with(main)
