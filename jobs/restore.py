"""Restores a backup to an empty place, and makes the erasures again that came after it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from triage.backup.printing import print_restore
from triage.backup.repository_uri import repository_uri
from triage.backup.restoring.restore import restore
from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.pipeline.run import Run
from triage.progress import Progress


def main() -> int:
    """Puts nothing in place before every checksum was compared; exit code 1 while an erasure is due."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--from", dest="source", metavar="FOLDER|URI", help="the repository; by default backup.to")
    parser.add_argument("--to", required=True, metavar="FOLDER", help="the lake's new folder")
    parser.add_argument("--backup", metavar="NAME", help="by default the newest")
    parser.add_argument("--certificates", type=Path, metavar="FOLDER", help="certificates of later erasures")
    args = parser.parse_args()
    args.set.append(f"lake.root={args.to}")
    settings = settings_from(args)
    progress = Progress(progress_console)
    source = repository_uri(settings, args.source, "--from")
    return print_restore(
        restore(settings, source, args.backup, args.certificates, partial(Run, settings, progress), progress.log)
    )


if __name__ == "__main__":
    exit_with(main)
