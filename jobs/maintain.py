"""Keeps a lake in order: removes rows past their age (settings `retention`), small files and old versions."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.progress import Progress
from triage.rights.maintenance import maintain
from triage.rights.report import tell_upkeep


def main() -> None:
    """Prints a table of what was done; what a legal hold names stays."""
    args = job_parser(__doc__ or "").parse_args()
    tell_upkeep(maintain(settings_from(args), Progress(progress_console)))


if __name__ == "__main__":
    exit_with(main)
