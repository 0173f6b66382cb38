"""Writes docs/reference/jobs.md from the help of each job."""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

PROJECT = Path(__file__).resolve().parents[2]
TARGET = PROJECT / "docs" / "reference" / "jobs.md"
HEAD = """\
# Jobs

Written from `jobs/` by docs/write/jobs.py: what each job prints with `--help`. All jobs take `--conf`, `--set` and
`--log-format`; the exit codes are in the [README](../../README.md#run-it-every-night). Results go to standard output,
progress and errors to standard error.
"""
_WIDTH = "100"


class _Asked(Exception):
    """The parser of a job that was about to parse."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        super().__init__()
        self.parser = parser


def text() -> str:
    """The whole page."""
    jobs = [job for job in sorted((PROJECT / "jobs").glob("*.py")) if job.name[0] != "_"]
    with mock.patch.dict(os.environ, {"COLUMNS": _WIDTH}):
        parsers = {job.stem: _parser(job) for job in jobs}
        helps = [line for job in jobs for line in _helps(job, parsers[job.stem])]
        return HEAD + "\n".join([*_overview(parsers), *helps]) + "\n"


def _parser(job: Path, *words: str) -> argparse.ArgumentParser:
    """The parser that a job makes, which is all that it does here; that of a kind of work, which `words` name."""
    parse, waiting = argparse.ArgumentParser.parse_args, len(words)

    def stop(parser: argparse.ArgumentParser, args: Sequence[str] | None = None) -> argparse.Namespace:
        nonlocal waiting
        if waiting:
            waiting -= 1
            return parse(parser, args)
        raise _Asked(parser)

    argv = [job.name, *words]
    with mock.patch.object(argparse.ArgumentParser, "parse_args", stop), mock.patch.object(sys, "argv", argv):
        try:
            runpy.run_path(str(job))["main"]()
        except _Asked as asked:
            return asked.parser
    raise AssertionError(f"{job} parses no arguments")


def _overview(parsers: dict[str, argparse.ArgumentParser]) -> Iterator[str]:
    yield "\n| job | what it does |\n|---|---|"
    for name, parser in parsers.items():
        first = (parser.description or "").strip().split("\n\n")[0].replace("\n", " ").replace("|", r"\|")
        yield f"| [{name}.py](#{name}) | {first} |"


def _helps(job: Path, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"\n## {job.stem}\n\n```text\n{parser.format_help().rstrip()}\n```"
    for kind, inner in _kinds(job, parser):
        yield f"\n### {job.stem} {kind}\n\n```text\n{inner.format_help().rstrip()}\n```"


def _kinds(job: Path, parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The kinds of work of a job that has several, each with its own options."""
    actions = parser._actions  # noqa: SLF001 # argparse has no public list of them
    has_rest = any(action.nargs == argparse.REMAINDER for action in actions)  # as of triage.learning.command
    for action in actions:
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 # nor a public name of this one
            yield from action.choices.items()
        elif has_rest and action.choices and not action.option_strings:
            yield from ((kind, _parser(job, kind)) for kind in action.choices)


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
