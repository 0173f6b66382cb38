"""Bill of materials, licences, advisories and signed releases; offline, from what is installed and locked."""

from __future__ import annotations

import argparse

from triage.cli import exit_with
from triage.supply.command import add_commands


def main() -> int:
    """Runs the command that was named; 1 where it found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_commands(parser)
    args = parser.parse_args()
    code: int = args.run(args)
    return code


if __name__ == "__main__":
    exit_with(main)
