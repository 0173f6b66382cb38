"""A subcommand of a job: its name, its arguments, and what it does."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from triage.cli import job_parser, settings_from
from triage.config import Settings


@dataclass(frozen=True, slots=True)
class Command:
    """`run` takes the arguments that `add_arguments` declared."""

    name: str
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Settings], None]


def run_command(about: str, commands: Sequence[Command], given: Sequence[str] | None = None) -> None:
    """Runs the subcommand that the command line (`given`, else that of the process) names.

    --conf and --set may stand before and after its name; those after it win.
    """
    by_name = {command.name: command for command in commands}
    parser = job_parser(about)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "commands:\n" + "\n".join(f"  {one.name:<12}{one.summary}" for one in commands)
    parser.add_argument("command", choices=tuple(by_name), metavar="COMMAND", help="one of those below")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="its arguments; COMMAND --help has them")
    before = parser.parse_args(given)
    command = by_name[before.command]
    own = job_parser(command.summary)
    own.prog = f"{parser.prog} {command.name}"
    command.add_arguments(own)
    args = own.parse_args(before.rest)
    args.conf, args.set = [*before.conf, *args.conf], [*before.set, *args.set]
    command.run(args, settings_from(args))
