"""Takes quarantined mails through the stages again, after a fix: all, or those held for a reason."""

from __future__ import annotations

from pathlib import Path

from triage.accounting import print_account, write_summary
from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.pipeline import replay
from triage.progress import Progress


def main() -> None:
    """Replays quarantine; what fails again stays there with its present reasons."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--reason", action="append", default=[], metavar="CODE", help="only mails held for it; repeatable")
    parser.add_argument("--summary", type=Path, metavar="FILE.json", help="write the run's counts here")
    args = parser.parse_args()
    settings = settings_from(args)
    account = replay(settings, args.reason, Progress(progress_console))
    print_account(account, settings)
    if args.summary:
        write_summary(account, args.summary)


if __name__ == "__main__":
    exit_with(main)
