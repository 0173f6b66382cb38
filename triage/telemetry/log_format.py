"""How a job logs: lines for people, or JSON for what collects logs (`--log-format`, TRIAGE_LOG_FORMAT)."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, get_args

from triage.errors import ConfigError
from triage.telemetry.json_lines import FIELDS, JsonHandler, LinesToLog
from triage.telemetry.standard_error import LossyStream

LogFormat = Literal["text", "json"]
FORMATS: tuple[LogFormat, ...] = get_args(LogFormat)
VARIABLE = "TRIAGE_LOG_FORMAT"
"""Environment variable with the format; child processes and Spark take it from there."""

_OURS = "triage"


def is_json() -> bool:
    """Whether this process logs JSON."""
    return os.environ.get(VARIABLE) == "json"


def use_format(name: str) -> None:
    """Logs in this format from now on, in this process and those that it starts. Raises ConfigError for no format."""
    if name not in FORMATS:
        raise ConfigError("There is no such log format.", where=VARIABLE, remedy=f"Set it to {' or '.join(FORMATS)}.")
    os.environ[VARIABLE] = name
    if name == "json" and not isinstance(sys.stderr, LinesToLog):
        _install()
    elif name == "text" and isinstance(sys.stderr, LinesToLog):
        _remove(sys.stderr)


def event(logger: logging.Logger, message: str, level: int = logging.INFO, **fields: Any) -> None:
    """Logs a message with fields that only JSON shows."""
    logger.log(level, "%s", message, extra={FIELDS: fields})


@contextmanager
def restored_logging() -> Iterator[None]:
    """Undoes `use_format` where its block ends; in it, what cannot be written to standard error is dropped."""
    root, ours = logging.getLogger(), logging.getLogger(_OURS)
    before = sys.stderr, os.environ.get(VARIABLE), list(root.handlers), ours.level
    sys.stderr = LossyStream(sys.stderr)
    try:
        yield
    finally:
        sys.stderr, told, root.handlers[:], level = before
        ours.setLevel(level)
        if told is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = told


def child_handler(stream: Any) -> logging.Handler:
    """A handler for a process that is not the job itself, in the job's format."""
    return JsonHandler(stream) if is_json() else logging.StreamHandler(stream)


def _install() -> None:
    logging.getLogger().addHandler(JsonHandler(sys.stderr))
    logging.getLogger(_OURS).setLevel(logging.INFO)
    sys.stderr = LinesToLog(sys.stderr)


def _remove(lines: LinesToLog) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if not isinstance(handler, JsonHandler)]
    sys.stderr = lines.behind
