"""Tries a model beside the champion on live mail: start, status, stop. jobs/learn.py ends a trial by itself."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.learning.trials.command import start, status, stop


def main() -> None:
    """A shadow decides nothing, a canary a small share of the threads, an A/B test a large one."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("action", nargs="?", choices=("status", "start", "stop"), default="status")
    parser.add_argument("--version", metavar="V", help="the version to try, for start")
    parser.add_argument("--kind", choices=("shadow", "canary", "ab"), default="shadow", help="for start")
    parser.add_argument("--reason", default="", help="why, for start and stop; it stays in ops/promotions")
    args = parser.parse_args()
    settings = settings_from(args)
    if args.action == "start":
        start(settings, args.version, args.kind, args.reason)
    elif args.action == "stop":
        stop(settings, args.reason)
    else:
        status(settings)


if __name__ == "__main__":
    exit_with(main)
