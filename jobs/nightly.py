"""Reads what is new in the mailbox exports, anonymizes, labels and routes it, and reports."""

from __future__ import annotations

from pathlib import Path

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.paths import absolute_path
from triage.pipeline.nightly import nightly
from triage.pipeline.summary import report_summary, validate_writable
from triage.progress import Progress


def main() -> int:
    """The night's work over the configured sources or those given with --source."""
    parser = job_parser(__doc__ or "")
    parser.add_argument(
        "--source", nargs="+", action="extend", metavar="PATH", help="mailbox exports: files or folders"
    )
    parser.add_argument("--summary", type=Path, metavar="FILE.json", help="write the run's counts here")
    args = parser.parse_args()
    validate_writable(args.summary)
    settings = settings_from(args)
    if args.source:
        settings = settings.model_copy(update={"sources": tuple(absolute_path(s, Path.cwd()) for s in args.source)})
    return report_summary(nightly(settings, Progress(progress_console)), settings, args.summary)


if __name__ == "__main__":
    exit_with(main)
