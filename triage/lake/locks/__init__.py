"""Locks of a lake: one run at a time, and one writer at a time of a table that people add to.

On a file system of this machine a lock is the kernel's, and ends with its process. On an object store it is a lease:
an object that its holder renews (triage.lake.locks.lease.object_lease says why two cannot hold one).
"""

from triage.lake.locks.holder import Holder
from triage.lake.locks.lease.held import validate_leases
from triage.lake.locks.take import holder_of, lake_lock, learning_lock, table_lock

__all__ = ["Holder", "holder_of", "lake_lock", "learning_lock", "table_lock", "validate_leases"]
