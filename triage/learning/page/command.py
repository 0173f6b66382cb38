"""`jobs/review.py serve`: the review page."""

from __future__ import annotations

import argparse

from triage.cli import progress_console
from triage.config import Settings
from triage.learning.command import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Who reviews what, and where the page listens."""
    parser.add_argument("--team", metavar="QUEUE", help="only mails of this queue of gold/routes")
    parser.add_argument(
        "--by",
        "--reviewer",
        action="append",
        default=[],
        metavar="NAME",
        help="a person who gets a link; repeatable (default: all of learning.corrections.reviewers, else you)",
    )
    parser.add_argument("--port", type=int, help="where it listens (default: learning.page.port)")
    parser.add_argument("--host", default="127.0.0.1", help="address that it listens on (default: this machine only)")
    parser.add_argument("--address", metavar="URL", help="what browsers open, where that is not this machine")
    parser.add_argument("--language", choices=("en", "de"), help="of the page (default: the browser's)")
    parser.add_argument("--new-links", action="store_true", help="links of earlier starts open it no more")


def run(args: argparse.Namespace, settings: Settings) -> None:
    """Serves until it is stopped; the links go to standard output, all else to standard error."""
    from triage.learning.page.hosts import place_of
    from triage.learning.page.serve import Wanted, serve

    place = place_of(args.host, args.address)
    if not place.is_loopback:
        _say(
            "Warning: other machines reach this page, and it has no TLS of its own. "
            "Put a proxy with TLS in front of it, and let nobody pass by it."
        )
    port = settings.learning.page.port if args.port is None else args.port
    wanted = Wanted(place, port, tuple(args.by), args.team, args.language, args.new_links)
    serve(settings, wanted, _show, _say)


def _show(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the links are the result


def _say(sentence: str) -> None:
    progress_console.print(sentence, markup=False)


SERVE = Command("serve", "opens the review page, on this machine only unless told otherwise", add_arguments, run)
"""The command of jobs/review.py."""
