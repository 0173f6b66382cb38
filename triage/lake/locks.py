"""Locks of a lake on this machine: one run at a time, and one job at a time that adds to ops/reveals."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from triage.errors import ConfigError, TransientError
from triage.paths import is_local

_REVEALS_SECONDS = 600


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
def reveals_lock(root: str) -> Iterator[None]:
    """Held while rows are added to ops/reveals, or its rows or files are replaced; waits for others.

    Disclosures add their rows without the lake's lock, so that nobody waits for a run to end. This lock ends with
    its process, too. Raises TransientError after ten minutes.
    """
    name = f"{root.removeprefix('file://')}.reveals.lock"
    with _acquired(name, _REVEALS_SECONDS, "Another job writes to ops/reveals.", root):
        yield


@contextmanager
def _acquired(name: str, seconds: float, busy: str, root: str) -> Iterator[None]:
    lock = FileLock(name, timeout=seconds)
    try:
        lock.acquire()
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
