"""Writes what is in force and who approved it, where decisions came from, and the records that laws ask for.

Those are the record of processing activities (GDPR Art. 30) and the AI risk sheet (EU AI Act, Annex IV; NIST AI RMF).
`inventory`, `record`, `risk` or `all` describe the lake, `lineage MAIL_KEY` one mail; `approve WHAT --by NAME` records
that the version of WHAT in force is approved.
"""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.rights.governance.command import add_arguments, run


def main() -> None:
    """Needs no key; files go to `<lake.reports>/governance`, tables to standard output."""
    parser = job_parser(__doc__ or "")
    add_arguments(parser)
    args = parser.parse_args()
    run(args, settings_from(args))


if __name__ == "__main__":
    exit_with(main)
