"""Runs SQL over the tables, such as SELECT queue, count(*) FROM gold.routes GROUP BY queue, or opens a prompt."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.lake.store import Store
from triage.query.command import add_options, run
from triage.spark.session import spark_session


def main() -> None:
    """Prints the rows that a SELECT gives; tables are named zone.table."""
    parser = job_parser(__doc__ or "")
    add_options(parser)
    args = parser.parse_args()
    settings = settings_from(args)
    run(Store(lambda: spark_session(settings, "query"), settings.lake.root), settings, args)


if __name__ == "__main__":
    exit_with(main)
