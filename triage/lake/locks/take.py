"""Takes a lock of a lake: the kernel's for a folder of this machine, a lease for an object store."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from triage.errors import DISK_FULL, TransientError
from triage.lake.locks.file_lock import BusyError, file_holder, file_lock
from triage.lake.locks.holder import Holder
from triage.lake.locks.lease.hold import holder_of_lease, lease_held
from triage.paths import is_local, unwritable_lake

_TABLE_SECONDS = 600
_LAKE, _LEARNING = "lake", "learning"
_of_thread = threading.local()


@contextmanager
def lake_lock(root: str) -> Iterator[None]:
    """One run at a time over the lake at `root`; makes its folder. The lock ends with its process, however that ends.

    On an object store it ends `lake.lease_seconds` after its process, and is lost by who cannot renew it for so long.
    Raises TransientError, which names the holder, when another run has the lock, ConfigError when the folder cannot be
    written.
    """
    if is_local(root):
        _validate_writable(Path(root))
    with _taken(root, _LAKE, 0, "Another run works on this lake"):
        yield


@contextmanager
def learning_lock(root: str) -> Iterator[None]:
    """One job at a time that trains on the lake or changes which model is tried; runs go on beside it.

    Raises TransientError when another one has the lock.
    """
    with _taken(root, _LEARNING, 0, "Another job learns on this lake"):
        yield


@contextmanager
def table_lock(root: str, table: str) -> Iterator[None]:
    """Held while rows are added to a table without the lake's lock, or its rows or files are replaced; others wait.

    Nobody who discloses or corrects something waits for a run to end. Within a thread it may be taken again. It ends
    with its process, too. Raises TransientError after ten minutes.
    """
    name = table.rpartition("/")[2]
    if is_local(root):
        with _taken(root, name, _TABLE_SECONDS, f"Another job writes to {table}", is_singleton=True):
            yield
        return
    mine: set[tuple[str, str]] = _of_thread.__dict__.setdefault("tables", set())
    if (root, name) in mine:
        yield
        return
    with _taken(root, name, _TABLE_SECONDS, f"Another job writes to {table}"):
        mine.add((root, name))
        try:
            yield
        finally:
            mine.remove((root, name))


def holder_of(root: str, name: str = _LAKE) -> Holder | None:
    """Who holds the lock `lake`, `learning` or that of a table by its last name; None where nobody does.

    Asked of a lease whose holder was killed, it is that holder until another run takes it. Raises as `lake_lock`.
    """
    root = root.rstrip("/")
    return file_holder(_file(root, name)) if is_local(root) else holder_of_lease(root, name)


@contextmanager
def _taken(root: str, name: str, patience: float, busy: str, *, is_singleton: bool = False) -> Iterator[None]:
    root = root.rstrip("/")
    lock = (
        file_lock(_file(root, name), patience, is_singleton=is_singleton)
        if is_local(root)
        else lease_held(root, name, patience)
    )
    with ExitStack() as stack:
        try:
            stack.enter_context(lock)
        except BusyError as fault:
            who = f": {fault.holder}" if fault.holder else ""
            raise TransientError(f"{busy}{who}.", where=root, remedy="Wait until it ends and start again.") from None
        yield


def _file(root: str, name: str) -> str:
    own = "" if name == _LAKE else f".{name}"
    return f"{root.removeprefix('file://')}{own}.lock"


def _validate_writable(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not os.access(root, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as fault:
        if fault.errno in DISK_FULL:
            raise
        raise unwritable_lake(str(root), fault.strerror) from None
