"""Measures the label model in force: on a labelled file, or on the held-back part of the sample's gold."""

from __future__ import annotations

from pathlib import Path

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.labelling.evaluation.metrics import print_table
from triage.labelling.promotion.evaluate import evaluate_bundle, evaluate_file, write_predictions
from triage.labelling.promotion.options import add_file_options, labelled_file
from triage.labelling.promotion.report import bundle_table, prediction_table
from triage.progress import Progress
from triage.spark.session import spark_session


def main() -> None:
    """Prints figures by label; with --predictions, writes the prediction of each row."""
    parser = job_parser(__doc__ or "")
    add_file_options(parser)
    parser.add_argument("--predictions", type=Path, metavar="OUT.csv", help="one line a row of the labelled file")
    args = parser.parse_args()
    settings, file = settings_from(args), labelled_file(args)
    if args.predictions and not file:
        parser.error("--predictions needs --labelled: the sample's gold has no file whose rows could be named")
    with Progress(progress_console).stage("evaluate", f"head {file.head}" if file else "all heads"):
        spark = spark_session(settings, "evaluate")
        rows = evaluate_file(spark, settings, file) if file else []
        table = prediction_table(file.head, rows) if file else bundle_table(evaluate_bundle(spark, settings))
    print_table(table)
    if args.predictions:
        write_predictions(rows, args.predictions)


if __name__ == "__main__":
    exit_with(main)
