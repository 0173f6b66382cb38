"""Renews a lease in the background while the work runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from triage.errors import TriageError
from triage.lake.locks.lease.object_lease import ObjectLease

_PER_LEASE, _RETRIES = 3, 12


@contextmanager
def renewed(
    lease: ObjectLease, seconds: float, on_renewed: Callable[[], None], on_lost: Callable[[], None]
) -> Iterator[None]:
    """Renews a lease of so many seconds three times as often; calls `on_lost` once, where it could not in time.

    A renewal that fails is tried again soon: a store that is gone for less than the lease does no harm.
    """
    ended = threading.Event()
    args = lease, seconds, ended, on_renewed, on_lost
    thread = threading.Thread(target=_renew, args=args, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _renew(
    lease: ObjectLease,
    seconds: float,
    ended: threading.Event,
    on_renewed: Callable[[], None],
    on_lost: Callable[[], None],
) -> None:
    pause = seconds / _PER_LEASE
    while not ended.wait(pause):
        try:
            lease.renew()
            on_renewed()
            pause = seconds / _PER_LEASE
        except TriageError:
            if lease.is_lost:
                lease.give_up()  # what was cancelled then must not go on, though the store may answer again
                on_lost()
                return
            pause = seconds / _RETRIES
