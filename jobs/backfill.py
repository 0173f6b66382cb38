"""Labels and routes the mails of a window again, by the models in force or a named version."""

from __future__ import annotations

from triage.cli import exit_with, job_parser, progress_console, settings_from
from triage.learning.relabel.backfill import backfill, backfill_request
from triage.learning.relabel.report import report
from triage.progress import Progress


def main() -> None:
    """Prints what changed, and writes it as a page; a killed backfill goes on by the same command."""
    parser = job_parser(__doc__ or "")
    parser.add_argument("--from", dest="start", required=True, metavar="DATE", help="mails received from then on (UTC)")
    parser.add_argument("--to", dest="end", metavar="DATE", help="mails received before then; default: all later ones")
    parser.add_argument("--model", metavar="VERSION", help="version that labels; default: the champion")
    parser.add_argument("--head", metavar="NAME", help="only this head; default: all heads")
    parser.add_argument("--reason", default="", help="why; it stays in ops/relabels")
    args = parser.parse_args()
    request = backfill_request(args.start, args.end, args.model, args.head, args.reason)
    settings = settings_from(args)
    report(backfill(settings, request, Progress(progress_console)), settings)


if __name__ == "__main__":
    exit_with(main)
