"""Runs one SQL statement over the lake's tables, such as: SELECT queue, count(*) FROM gold.routes GROUP BY queue."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.lake.store import Store
from triage.query import FORMATS, print_rows, query
from triage.spark.session import spark_session


def main() -> None:
    """Prints the rows that a SELECT gives; tables are named zone.table."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("sql", help="the statement")
    parser.add_argument("--limit", type=int, default=100, help="rows at most; 0 for all")
    parser.add_argument("--format", choices=FORMATS, default="table", help="how rows are printed")
    args = parser.parse_args()
    settings = settings_from(args)
    store = Store(spark_session(settings, "query"), settings.lake.root)
    print_rows(query(store, args.sql, args.limit), args.format)


if __name__ == "__main__":
    exit_with(main)
