"""Shows what runs are compared with, chooses other runs for it, or goes back to the same weekdays, with a reason."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.pipeline.baseline import act


def main() -> None:
    """`show` (the default) prints the references in force, `set` chooses runs, `reset` gives the choice up."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("action", nargs="?", choices=("show", "set", "reset"), default="show", help="default: show")
    parser.add_argument("--runs", nargs="+", default=[], metavar="RUN", help="ids of runs, for set")
    parser.add_argument("--reason", default="", help="why, for set and reset; it stays in ops/baselines")
    args = parser.parse_args()
    act(settings_from(args), args.action, args.runs, args.reason)


if __name__ == "__main__":
    exit_with(main)
