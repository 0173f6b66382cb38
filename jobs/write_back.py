"""Writes routes back to a help desk or mail server: JSON lines, .eml files or IMAP keywords; --undo takes them back."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.write_back.command import add_arguments, run


def main() -> None:
    """Targets are declared in the settings, under write_back.targets."""
    parser = job_parser(__doc__ or "")
    add_arguments(parser)
    args = parser.parse_args()
    run(settings_from(args), args)


if __name__ == "__main__":
    exit_with(main)
