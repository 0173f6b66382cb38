"""The lock of ops/reveals, which is added to without the lake's lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from triage.errors import TransientError

_SECONDS = 600


@contextmanager
def reveals_lock(root: str) -> Iterator[None]:
    """Held for as long as rows are added to ops/reveals, or its rows or files are replaced; waits for others.

    It ends with its process. Raises TransientError after ten minutes.
    """
    lock = FileLock(f"{root.removeprefix('file://')}.reveals.lock", timeout=_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise TransientError(
            "Another job keeps ops/reveals.", where=root, remedy="Wait until it ends and start again."
        ) from None
    try:
        yield
    finally:
        lock.release()
