"""Takes quarantined mails through the stages again, after a fix: all, or those held for a reason."""

from __future__ import annotations

from pathlib import Path

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.pipeline.replay import replay
from triage.pipeline.summary import report_summary, validate_writable
from triage.progress import Progress


def main() -> int:
    """Replays quarantine; what fails again stays there with its present reasons."""
    parser = job_parser(__doc__ or "")
    parser.add_argument(
        "--reason", action="append", default=[], metavar="CODE", help="only mails held for it; repeatable"
    )
    parser.add_argument("--summary", type=Path, metavar="FILE.json", help="write the run's counts here")
    args = parser.parse_args()
    validate_writable(args.summary)
    settings = settings_from(args)
    return report_summary(replay(settings, args.reason, Progress(progress_console)), settings, args.summary)


if __name__ == "__main__":
    exit_with(main)
