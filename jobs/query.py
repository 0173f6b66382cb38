"""Runs SQL over the tables, such as SELECT queue, count(*) FROM gold.routes GROUP BY queue, or opens a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.cli import exit_with, job_parser, settings_from
from triage.config import Settings
from triage.lake.store import Store
from triage.query.command import add_options, run

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def main() -> None:
    """Prints the rows that a SELECT gives; tables are named zone.table."""
    parser = job_parser(__doc__ or "")
    add_options(parser)
    args = parser.parse_args()
    settings = settings_from(args)
    run(Store(lambda: _spark(settings), settings.lake.root), settings, args)


def _spark(settings: Settings) -> SparkSession:
    from triage.spark.session import spark_session

    return spark_session(settings, "query")


if __name__ == "__main__":
    exit_with(main)
