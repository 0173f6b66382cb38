"""Keeps a lake in order: removes rows past their age (settings `retention`), small files and old versions."""

from __future__ import annotations

from functools import partial

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.pipeline.run import Run
from triage.progress import Progress
from triage.rights.maintenance import maintain
from triage.rights.printing import print_upkeep


def main() -> None:
    """Prints a table of what was done; what is on legal hold stays."""
    args = job_parser(__doc__ or "").parse_args()
    settings = settings_from(args)
    print_upkeep(maintain(settings, partial(Run, settings, Progress(progress_console))))


if __name__ == "__main__":
    exit_with(main)
