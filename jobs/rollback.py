"""Makes an earlier version champion again, and labels and routes what the bad version labelled."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.learning.relabel.report import report
from triage.learning.relabel.rollback import rollback, rollback_request
from triage.progress import Progress


def main() -> None:
    """Prints what changed, and writes it as a page; a killed rollback goes on by the same command."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--to", required=True, metavar="VERSION", help="version that becomes champion again")
    parser.add_argument(
        "--since",
        metavar="DATE",
        help="only mails received from then on (UTC); default: all that the bad version labelled since it went live",
    )
    parser.add_argument("--head", metavar="NAME", help="the head's own model; default: the model of all heads")
    parser.add_argument("--reason", required=True, help="why; it stays in ops/promotions and ops/relabels")
    args = parser.parse_args()
    request = rollback_request(args.to, args.since, args.head, args.reason)
    settings = settings_from(args)
    report(rollback(settings, request, Progress(progress_console)), settings)


if __name__ == "__main__":
    exit_with(main)
