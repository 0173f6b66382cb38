"""The leases of a lake on an object store, below `<lake.root>/_locks/`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from triage.config.storage import storage_of
from triage.lake.locks.holder import Holder
from triage.lake.locks.lease.held import held
from triage.lake.locks.lease.object_lease import ObjectLease
from triage.lake.locks.lease.record import LeaseObject
from triage.lake.objects.connection import connection_to

if TYPE_CHECKING:
    from obstore.store import S3Store

FOLDER = "_locks"
_probed: set[str] = set()
"""Roots whose store is known to honour conditional writes."""


@contextmanager
def lease_held(root: str, name: str, patience: float) -> Iterator[None]:
    """Holds the lease `name` of the lake while the block runs.

    Raises BusyError, TransientError where the lease is lost or the store does not answer, ConfigError where the store
    refuses, or ignores the conditions of writes.
    """
    seconds = storage_of(root).lease_seconds
    store = _store(root, seconds)
    place = LeaseObject(store, _path(name), root)
    lease = ObjectLease(place, seconds)
    lease.acquire(patience)
    with held(root, lease, seconds):
        if root not in _probed:
            place.validate_conditions()
            _probed.add(root)
        yield


def holder_of_lease(root: str, name: str) -> Holder | None:
    """Who holds the lease."""
    store = _store(root, storage_of(root).lease_seconds)
    found = LeaseObject(store, _path(name), root).read()
    return found.record.holder if found and found.record.is_held else None


def _store(root: str, seconds: float) -> S3Store:
    """Requests end soon enough that one that hangs does not cost the lease."""
    return connection_to(root).open(max(1.0, seconds / 6))


def _path(name: str) -> str:
    return f"{FOLDER}/{name}.json"
