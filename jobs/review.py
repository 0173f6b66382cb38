"""The review queue: draws the mails that people should look at, lists them, and shows how far reviewers agree."""

from __future__ import annotations

from triage.cli import exit_with
from triage.learning.command import run_command
from triage.learning.review_commands import COMMANDS


def main() -> None:
    """Runs the named command; results go to standard output."""
    run_command(__doc__ or "", COMMANDS)


if __name__ == "__main__":
    exit_with(main)
