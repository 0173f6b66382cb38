"""Writes docs/reference/jobs.md from the help of each job."""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Never
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
    with mock.patch.dict(os.environ, {"COLUMNS": _WIDTH}):
        parsers = {job.name: _parser(job) for job in sorted((PROJECT / "jobs").glob("*.py")) if job.name[0] != "_"}
        return HEAD + "\n".join([*_overview(parsers), *_helps(parsers)]) + "\n"


def _parser(job: Path) -> argparse.ArgumentParser:
    """The parser that a job makes, which is all that it does here."""
    with mock.patch.object(argparse.ArgumentParser, "parse_args", _stop), mock.patch.object(sys, "argv", [job.name]):
        try:
            runpy.run_path(str(job))["main"]()
        except _Asked as asked:
            return asked.parser
    raise AssertionError(f"{job} parses no arguments")


def _stop(parser: argparse.ArgumentParser, args: Sequence[str] | None = None, namespace: object = None) -> Never:
    del args, namespace
    raise _Asked(parser)


def _overview(parsers: dict[str, argparse.ArgumentParser]) -> Iterator[str]:
    yield "\n| job | what it does |\n|---|---|"
    for name, parser in parsers.items():
        first = (parser.description or "").strip().split("\n\n")[0].replace("\n", " ").replace("|", r"\|")
        yield f"| [{name}](#{name.removesuffix('.py')}) | {first} |"


def _helps(parsers: dict[str, argparse.ArgumentParser]) -> Iterator[str]:
    for name, parser in parsers.items():
        yield f"\n## {name.removesuffix('.py')}\n\n```text\n{parser.format_help().rstrip()}\n```"
        for kind, inner in _kinds(parser):
            yield f"\n### {name.removesuffix('.py')} {kind}\n\n```text\n{inner.format_help().rstrip()}\n```"


def _kinds(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The kinds of work of a job that has several, each with its own options."""
    for action in parser._actions:  # noqa: SLF001 # argparse has no public list of them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 # nor a public name of this one
            yield from action.choices.items()


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
