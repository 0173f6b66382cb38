"""Explains why a mail has its labels and its queue and what would change them, or why it is quarantined.

The stored decision is replayed with the versions that made it.
"""

from __future__ import annotations

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.labelling.explanation.explain import explain
from triage.labelling.explanation.terminal import as_json, print_explanation
from triage.lake.store import Store
from triage.progress import Progress
from triage.spark.session import spark_session


def main() -> None:
    """Prints the explanation; of the mail it shows anonymized words only."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("mail_key", metavar="MAIL_KEY", help="as in silver/mail or quarantine/mail")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    args = parser.parse_args()
    settings = settings_from(args)
    with Progress(progress_console).stage("explain"):
        store = Store(lambda: spark_session(settings, "explain"), settings.lake.root)
        explanation = explain(store, settings, args.mail_key)
    if args.json:
        print(as_json(explanation))
    else:
        print_explanation(explanation)


if __name__ == "__main__":
    exit_with(main)
