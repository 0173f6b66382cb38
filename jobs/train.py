"""Trains the label heads: all on the gold labels of the sample, or one head on a labelled file.

The new version becomes champion where it is better than the present one, or where --promote says so.
"""

from __future__ import annotations

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.labelling.promotion.bundle import train_bundle
from triage.labelling.promotion.labelled_file import train_from_file
from triage.labelling.promotion.options import add_file_options, add_warm_option, labelled_file
from triage.labelling.promotion.report import print_training
from triage.learning.promotion.decide import add_override_options, override_of
from triage.learning.promotion.report import print_verdict
from triage.learning.retraining.judged import decide_on
from triage.progress import Progress
from triage.spark.session import spark_session


def main() -> None:
    """Registers a new version, shows its figures on held-out rows, and prints whether it goes live and why."""
    parser = job_parser(__doc__ or "")
    for add_options in (add_file_options, add_warm_option, add_override_options):
        add_options(parser)
    args = parser.parse_args()
    settings, file, override = settings_from(args), labelled_file(args), override_of(args)
    progress = Progress(progress_console)
    with progress.stage("train", f"head {file.head}" if file else "all heads"):
        spark = spark_session(settings, "train")
        options = {"on_progress": progress.log, "warm": args.warm}
        made = train_from_file(spark, settings, file, **options) if file else train_bundle(spark, settings, **options)
    print_training(made)
    with progress.stage("gate", f"{made.name} version {made.version}"):
        verdict = decide_on(spark, settings, made, override)
    print_verdict(verdict, settings)


if __name__ == "__main__":
    exit_with(main)
