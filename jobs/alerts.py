"""Shows the alerts that are open, sends a test alert to every sink, or checks the alert file."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.pipeline.alerts import ACTIONS


def main() -> int:
    """`list` (the default) prints what is open, `test` what each sink said, `check` what the file holds."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("action", nargs="?", choices=ACTIONS, default="list", help="what to do (default: list)")
    args = parser.parse_args()
    return ACTIONS[args.action](settings_from(args))


if __name__ == "__main__":
    exit_with(main)
