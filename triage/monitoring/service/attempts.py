"""The log of attempts: one line where a job starts and one where it ends, also where it fails or finds nothing new.

JSON lines in `<reports>/attempts.jsonl`, beside the lake, because a job that cannot reach the lake must be logged, too.
Each line is written at once to a file opened for appending, so that lines of two jobs never mix, and begins with a line
break, so that what a killed job left of a line spoils no other. The log only informs: where it cannot be written, the
job goes on. Its folder is made only where the one above is there, so that a mistyped lake leaves nothing behind; a job
that makes that one itself logs its start at its end.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from triage.cli import exit_code_of
from triage.telemetry.current import current_job

_log = logging.getLogger(__name__)

FILE, OLDER_FILE = "attempts.jsonl", "attempts.1.jsonl"
MOST_BYTES = 2**20
"""Bytes from which the log begins a new file; the one before stays, all older ones go."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A start of a job and its end, times in UTC; without `ended_at` it is at work still, or was killed."""

    key: str
    job: str
    started_at: datetime
    ended_at: datetime | None = None
    exit_code: int | None = None
    run_id: str = ""


@dataclass(slots=True)
class Outcome:
    """What a job that goes on to its end says of itself."""

    run_id: str = ""
    exit_code: int = 0


@contextmanager
def logged_attempt(folder: Path, job: str) -> Iterator[Outcome]:
    """Logs that a job starts, and how its block ends; a fault is logged by its exit code and passed on.

    The key is the id of this start that its log lines have, too.
    """
    key, outcome = current_job().attempt or uuid4().hex, Outcome()
    start = {"attempt": key, "event": "start", "job": job, "at": _now(), "process": os.getpid()}
    waiting = _written(folder, [start])
    try:
        yield outcome
    except BaseException as fault:
        outcome.exit_code = exit_code_of(fault)
        raise
    finally:
        current_job().run_id = outcome.run_id
        end = {"event": "end", "at": _now(), "exit_code": outcome.exit_code, "run_id": outcome.run_id}
        _written(folder, [*waiting, {"attempt": key, **end}])


def _written(folder: Path, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Writes the lines, or returns them where the folder above is not there."""
    if not folder.parent.is_dir():
        return lines
    for line in lines:
        _write(folder, line)
    return []


def read_attempts(folder: Path) -> list[Attempt]:
    """All attempts of the log, the oldest first; what cannot be read is left out."""
    found: dict[str, Attempt] = {}
    for line in _lines(folder):
        try:
            _add(found, json.loads(line))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            continue  # a line that a killed job left half-written, or somebody's own
    return sorted(found.values(), key=lambda attempt: attempt.started_at)


def _add(found: dict[str, Attempt], line: dict[str, Any]) -> None:
    key, at = line["attempt"], datetime.fromisoformat(line["at"]).astimezone(UTC)
    if line["event"] == "start":
        found[key] = Attempt(key, str(line["job"]), at)
    elif key in found:
        code, run_id = int(line["exit_code"]), str(line["run_id"])
        found[key] = replace(found[key], ended_at=at, exit_code=code, run_id=run_id)


def _lines(folder: Path) -> Iterator[str]:
    for name in (OLDER_FILE, FILE):
        try:
            yield from (folder / name).read_text("utf-8", errors="replace").splitlines()
        except OSError:
            continue


def _write(folder: Path, line: dict[str, Any]) -> None:
    try:
        folder.mkdir(exist_ok=True)
        file = os.open(folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(file, f"\n{json.dumps(line)}\n".encode())
            if os.fstat(file).st_size > MOST_BYTES:
                _rotate(file, folder)
        finally:
            os.close(file)
    except OSError as fault:
        _log.warning("The log of attempts %s cannot be written (%s).", folder / FILE, fault.strerror)


def _rotate(file: int, folder: Path) -> None:
    """One process does it: who waits for the lock then finds another, short file under the name."""
    fcntl.flock(file, fcntl.LOCK_EX)
    if os.path.samestat(os.fstat(file), os.stat(folder / FILE)):
        os.replace(folder / FILE, folder / OLDER_FILE)


def _now() -> str:
    return datetime.now(UTC).isoformat()
