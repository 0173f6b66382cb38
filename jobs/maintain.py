"""Keeps a lake in order: removes rows past their age (settings `retention`), small files and old versions."""

from __future__ import annotations

from functools import partial

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.pipeline.run import Run
from triage.progress import Progress
from triage.rights.maintenance import maintain
from triage.rights.printing import print_maintenance


def main() -> None:
    """Prints a table of what was done, and what the time was not enough for; what is on legal hold stays."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--minutes", metavar="N", help="begin no further step after that; the next start goes on")
    args = parser.parse_args()
    args.set += [f"maintenance.minutes={args.minutes}"] if args.minutes else []
    settings = settings_from(args)
    print_maintenance(maintain(settings, partial(Run, settings, Progress(progress_console))))


if __name__ == "__main__":
    exit_with(main)
