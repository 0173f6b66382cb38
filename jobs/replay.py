"""Takes quarantined mails through the stages again, after a fix: all, or those held for a reason."""

from __future__ import annotations

from pathlib import Path

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.pipeline.run import replay
from triage.pipeline.summary import refuse_unwritable, tell
from triage.progress import Progress


def main() -> int:
    """Replays quarantine; what fails again stays there with its present reasons."""
    parser = job_parser(__doc__ or "")
    parser.add_argument(
        "--reason", action="append", default=[], metavar="CODE", help="only mails held for it; repeatable"
    )
    parser.add_argument("--summary", type=Path, metavar="FILE.json", help="write the run's counts here")
    args = parser.parse_args()
    refuse_unwritable(args.summary)
    settings = settings_from(args)
    return tell(replay(settings, args.reason, Progress(progress_console)), settings, args.summary)


if __name__ == "__main__":
    exit_with(main)
