"""What all jobs share on the command line: `--conf`, `--set`, and errors turned into exit codes."""

from __future__ import annotations

import argparse
import logging
import os
import pwd
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from triage.config import PROJECT, Settings, load_settings
from triage.errors import DISK_FULL, TriageError
from triage.telemetry.current import begun_job
from triage.telemetry.log_format import FORMATS, VARIABLE, event, is_json, restored_logging, use_format
from triage.telemetry.spans import begin_spans, end_spans
from triage.telemetry.standard_error import drop_what_cannot_be_written

_log = logging.getLogger(__name__)

TRANSIENT, STOPPED = 75, 130

progress_console = Console(stderr=True, highlight=False, soft_wrap=True)
"""Where progress goes; standard output is for results."""


def job_parser(description: str) -> argparse.ArgumentParser:
    """A parser with the options that every job takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--conf",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="settings file; repeatable, the later wins",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="one setting, such as lake.root=/data/lake; repeatable",
    )
    parser.add_argument(
        "--log-format",
        action=_UseFormat,
        choices=FORMATS,
        help=f"lines on standard error for people, or JSON, an object a line (default: {VARIABLE}, or text)",
    )
    return parser


class _UseFormat(argparse.Action):
    """Takes effect at once, so that errors in later arguments are logged in the chosen format, too."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        del parser, option_string
        setattr(namespace, self.dest, values)
        use_format(values)


def settings_from(args: argparse.Namespace) -> Settings:
    """The settings that the parsed arguments name, by which spans begin. Raises ConfigError."""
    settings = load_settings(args.conf, args.set)
    begin_spans(settings.telemetry)
    return settings


def run_job(main: Callable[[], int | None]) -> int:
    """Runs a job and turns its errors into one sentence on standard error and an exit code.

    Of an unforeseen error only type and place are printed, because its text may hold a row's value.
    """
    with restored_logging(), begun_job(Path(sys.argv[0]).stem):
        code, error = _run(main)
        end_spans(code, error)
        return code


def _run(main: Callable[[], int | None]) -> tuple[int, str]:
    """The exit code, and the type of the error that ended the job; empty where none did."""
    try:
        if os.environ.get(VARIABLE):
            use_format(os.environ[VARIABLE])
        return main() or 0, ""
    except TriageError as fault:
        report_fault(fault)
        return fault.exit_code, type(fault).__name__
    except KeyboardInterrupt as fault:
        _report("Stopped. The next start goes on where this one ended.", type(fault).__name__, STOPPED)
        return STOPPED, type(fault).__name__
    except Exception as fault:  # noqa: BLE001 - the boundary of the process
        return _unforeseen(fault), type(fault).__name__


def report_fault(fault: TriageError) -> None:
    """A fault in its own words, for people or as one record."""
    _report(str(fault), type(fault).__name__, fault.exit_code, f"[red]{type(fault).__name__}[/red]: ")


def _report(text: str, error: str, code: int, mark: str = "", places: Sequence[str] = ()) -> None:
    """The last words of a job: lines for people, or one record."""
    if is_json():
        more = {"places": [place.strip() for place in places]} if places else {}
        event(_log, text, logging.ERROR, error=error, exit_code=code, **more)
        return
    progress_console.print(mark, end="")
    progress_console.print(text, markup=False)
    for place in places:
        progress_console.print(f"  {place}", markup=False)


def exit_code_of(fault: BaseException) -> int:
    """The exit code of a job that ends with this fault."""
    if isinstance(fault, TriageError):
        return fault.exit_code
    if isinstance(fault, KeyboardInterrupt):
        return STOPPED
    return TRANSIENT if _is_disk_full(fault) else 1


def _unforeseen(fault: Exception) -> int:
    name, code = f"{type(fault).__module__}.{type(fault).__name__}", exit_code_of(fault)
    if code == TRANSIENT:
        text = "The disk is full. Free some space and start again: the run goes on where it ended."
        _report(text, name, code)
        return code
    text = (
        f"with {name}, which this job did not foresee. "
        "Nothing half-written is visible; start again, and report these places if it returns:"
    )
    _report(text if not is_json() else f"Failed {text}", name, code, "[red]Failed[/red] ", tuple(_places(fault)))
    return code


def _is_disk_full(fault: BaseException | None) -> bool:
    if isinstance(fault, OSError) and fault.errno in DISK_FULL:
        return True
    if fault is not None and "No space left on device" in str(fault):
        return True
    return fault is not None and _is_disk_full(fault.__cause__)


def _places(fault: BaseException) -> Iterator[str]:
    """File, line and function of each frame; never the text of the fault."""
    seen: BaseException | None = fault
    while seen is not None:
        yield f"{type(seen).__name__}:"
        for frame in traceback.extract_tb(seen.__traceback__):
            yield f"  {_short(frame.filename)}:{frame.lineno} {frame.name}"
        yield from _java_classes(seen)
        seen = seen.__cause__ or seen.__context__


def _java_classes(fault: BaseException) -> Sequence[str]:
    """The class names of a JVM fault and its causes; their messages may hold values."""
    names: list[str] = []
    java = getattr(fault, "java_exception", None) or getattr(fault, "_origin", None)
    while java is not None and len(names) < 8:
        names.append(f"  JVM {java.getClass().getName()}")
        java = java.getCause()
    return names


def _short(file: str) -> str:
    return os.path.relpath(file, PROJECT) if file.startswith(str(PROJECT)) else file.rsplit("site-packages/", 1)[-1]


def exit_with(main: Callable[[], int | None]) -> None:
    """Runs a job and ends the process with its exit code."""
    code = run_job(main)
    drop_what_cannot_be_written()
    sys.stdout.flush()
    sys.exit(code)


def os_user() -> str:
    """Who started this process, by its own id: the environment can be forged."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
