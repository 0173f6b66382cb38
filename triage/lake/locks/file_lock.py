"""A lock on a file system of this machine, with a record of its holder beside it.

The kernel's lock decides; the record only says who has it. A lock of the kernel cannot be lost while its process
lives, however long that is suspended, and is free at the moment that it dies. So it needs no renewal and no clock.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from triage.lake.locks.holder import Holder
from triage.paths import delete_whole, write_whole


class BusyError(Exception):
    """Somebody else holds a lock: `holder`, None where no record says who."""

    def __init__(self, holder: Holder | None) -> None:
        super().__init__()
        self.holder = holder


@contextmanager
def file_lock(name: str, patience: float, *, is_singleton: bool = False) -> Iterator[None]:
    """Holds the lock file `name`; waits up to `patience` seconds. Raises BusyError."""
    lock = FileLock(name, is_singleton=is_singleton)
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise BusyError(file_holder(name)) from None
    try:
        is_first = lock.lock_counter == 1
        if is_first:
            _write(name)
        yield
    finally:
        if lock.lock_counter == 1:
            with suppress(OSError):
                delete_whole(_record(name))
        lock.release()


def file_holder(name: str) -> Holder | None:
    """Who holds the lock file, None where nobody does, or where the record cannot be read.

    A record whose process is gone was left by a job that was killed: the kernel has freed its lock.
    """
    try:
        holder = Holder.from_json(json.loads(_record(name).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return holder if holder.host != socket.gethostname() or _is_alive(holder.pid) else None


def _write(name: str) -> None:
    """Informs only: where the disk is full, the job ends at a write that says so."""
    with suppress(OSError):
        write_whole(_record(name), json.dumps(Holder().to_json()))


def _record(name: str) -> Path:
    return Path(f"{name}.json")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
