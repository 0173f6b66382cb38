"""Trains the label heads: all on the gold labels of the sample, or one head on a labelled file."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.labelling.data.report import report_table
from triage.labelling.evaluation.metrics import print_table
from triage.labelling.promotion.bundle import train_bundle
from triage.labelling.promotion.labelled_file import train_from_file
from triage.labelling.promotion.options import add_file_options, add_warm_option, labelled_file
from triage.labelling.promotion.report import registration_note, training_table
from triage.progress import Progress
from triage.spark.session import spark_session


def main() -> None:
    """Registers a new version, shows its figures on held-out rows, and prints whether it goes live."""
    parser = job_parser(__doc__ or "")
    add_file_options(parser)
    add_warm_option(parser)
    args = parser.parse_args()
    settings, file = settings_from(args), labelled_file(args)
    progress = Progress(progress_console)
    with progress.stage("train", f"head {file.head}" if file else "all heads"):
        spark = spark_session(settings, "train")
        options = {"on_progress": progress.log, "warm": args.warm}
        made = train_from_file(spark, settings, file, **options) if file else train_bundle(spark, settings, **options)
    if made.report:
        print_table(report_table(made.report))
    print_table(training_table(made))
    print(registration_note(made))


if __name__ == "__main__":
    exit_with(main)
