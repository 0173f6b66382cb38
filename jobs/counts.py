"""Writes gold/mail_counts, the counts of mails that analysts may see: none is of fewer senders than a setting says."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.rights.mail_counts import write_mail_counts


def main() -> None:
    """The setting is `access.smallest_group`."""
    settings = settings_from(job_parser(__doc__ or "").parse_args())
    progress_console.print(f"gold/mail_counts has {write_mail_counts(settings):,} rows.")


if __name__ == "__main__":
    exit_with(main)
