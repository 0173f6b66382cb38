"""Shows what a changed rule file would have done to the mail of the last days, and what in it is likely not meant."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, settings_from
from triage.lake.store import Store
from triage.pipeline.tried_rules.command import add_arguments, run
from triage.spark.session import spark_session


def main() -> None:
    """Writes nothing to the lake."""
    parser = job_parser(__doc__ or "")
    add_arguments(parser)
    args = parser.parse_args()
    settings = settings_from(args)
    run(Store(lambda: spark_session(settings, "try_rules"), settings.lake.root), settings, args)


if __name__ == "__main__":
    exit_with(main)
