"""Looks for topics that the labels lack: what to add, split, merge or remove, with mails to look at."""

from __future__ import annotations

from pathlib import Path

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.learning.topics.command import print_proposals, propose, write_proposals
from triage.progress import Progress


def main() -> None:
    """Prints proposals for a head's labels; nothing is changed."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--head", default="category", metavar="NAME", help="the head whose labels are looked at")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write the proposals here, too")
    args = parser.parse_args()
    found = propose(settings_from(args), args.head, Progress(progress_console))
    print_proposals(found)
    if args.out:
        write_proposals(found.proposals, args.out)


if __name__ == "__main__":
    exit_with(main)
