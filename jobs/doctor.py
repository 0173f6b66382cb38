"""Checks the installation, the lake and all that a run needs, without Spark; says how to mend what is wrong.

It writes nothing. Exit code 0: a run can start, warnings or not; 1: something is at fault.
"""

from __future__ import annotations

from functools import partial

from triage.cli import exit_with, job_parser, settings_from
from triage.doctor.printing import report


def main() -> int:
    """Prints a finding a line: ok, warning or fault."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table (docs/operate.md)")
    args = parser.parse_args()
    return report(partial(settings_from, args), as_json=args.json)


if __name__ == "__main__":
    exit_with(main)
