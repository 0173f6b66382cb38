"""Locks of a lake on this machine: one run at a time, and one writer at a time of a table that people add to."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from triage.errors import ConfigError, TransientError
from triage.paths import is_local

_TABLE_SECONDS = 600


@contextmanager
def lake_lock(root: str) -> Iterator[None]:
    """One run at a time over the lake at `root`; makes its folder. The lock ends with its process, however that ends.

    Raises TransientError when another run has the lock, ConfigError when the folder cannot be written. A lake on
    remote storage has no such lock: the scheduler must not start two runs.
    """
    if not is_local(root):
        yield
        return
    _validate_writable(Path(root))
    with _acquired(f"{root}.lock", 0, "Another run works on this lake.", root):
        yield


@contextmanager
def learning_lock(root: str) -> Iterator[None]:
    """One job at a time that trains on the lake or changes which model is tried; runs go on beside it.

    Raises TransientError when another one has the lock.
    """
    if not is_local(root):
        yield
        return
    with _acquired(f"{root.removeprefix('file://')}.learning.lock", 0, "Another job learns on this lake.", root):
        yield


@contextmanager
def table_lock(root: str, table: str) -> Iterator[None]:
    """Held while rows are added to a table without the lake's lock, or its rows or files are replaced; others wait.

    Nobody who discloses or corrects something waits for a run to end. Within a thread it may be taken again. It ends
    with its process, too. Raises TransientError after ten minutes.
    """
    name = f"{root.removeprefix('file://')}.{table.rpartition('/')[2]}.lock"
    with _acquired(name, _TABLE_SECONDS, f"Another job writes to {table}.", root, is_singleton=True):
        yield


@contextmanager
def _acquired(name: str, seconds: float, busy: str, root: str, *, is_singleton: bool = False) -> Iterator[None]:
    lock = FileLock(name, is_singleton=is_singleton)
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        raise TransientError(busy, where=root, remedy="Wait until it ends and start again.") from None
    try:
        yield
    finally:
        lock.release()


def _validate_writable(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not os.access(root, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise ConfigError(
            f"The lake's folder cannot be written: {fault.strerror}.",
            where=str(root),
            remedy="Set lake.root to a folder that this user may write.",
        ) from None
