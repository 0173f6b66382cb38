"""Log records as JSON, an object a line, with the same names as Spark's own lines (conf/log4j2-json.properties)."""

from __future__ import annotations

import io
import json
import logging
import threading
from datetime import UTC, datetime
from typing import TextIO

from triage.telemetry.current import current_job

FIELDS = "fields"
"""Attribute of a log record with further fields."""


class JsonFormatter(logging.Formatter):
    """`time` (ISO 8601, UTC), `level`, `logger`, `message`, the ids of the current job, and the record's own fields.

    Of an exception only the type is given, as `error`: its text and its frames' values may hold a mail's words.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The object, in one line."""
        own = {key: value for key, value in getattr(record, FIELDS, {}).items() if value is not None}
        if record.exc_info and record.exc_info[0]:
            own = {"error": record.exc_info[0].__name__} | own
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fixed = {
            "time": at.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        more = current_job().ids | {key: value for key, value in own.items() if key not in fixed}
        return json.dumps(fixed | more, default=str)


class JsonHandler(logging.StreamHandler[TextIO]):
    """Writes records as JSON; one that cannot be written is dropped."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setFormatter(JsonFormatter())

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Nothing: logging would print the error to standard error, of which each line becomes a record again."""


class LinesToLog(io.TextIOBase):
    """Stands for standard error: each line that something prints there becomes a record of the logger `stderr`.

    A thread's line is its own until it ends, so that lines of two threads do not mix.
    """

    def __init__(self, behind: TextIO) -> None:
        self.behind = behind
        self._waiting = threading.local()

    def writable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """The descriptor of what it stands for, which child processes inherit."""
        return self.behind.fileno()

    def write(self, text: str) -> int:
        """Logs each whole line; keeps the rest.

        What logging itself prints here meanwhile is dropped: it would be logged again, without an end.
        """
        if getattr(self._waiting, "is_logging", False):
            return len(text)
        *lines, rest = (getattr(self._waiting, "text", "") + text).split("\n")
        self._waiting.text = rest
        self._waiting.is_logging = True
        try:
            for line in filter(None, map(str.strip, lines)):
                logging.getLogger("stderr").warning("%s", line)
        finally:
            self._waiting.is_logging = False
        return len(text)
