"""A lease on an object store: an object that its holder renews by conditional writes.

Why two cannot hold one at a time. Let L be the lease's seconds, as its record says.

1. Every write is conditional on the ETag that the writer read or wrote last (If-Match), or on there being no object
   (If-None-Match), and no two records are equal (`Record`). So the records form one chain, and a holder whose renewal
   succeeds knows that nobody took the lease since its last write.
2. The holder trusts a write from the moment t0 before it was sent, on its own clock, up to t0 + L - margin
   (`validate`). The object was written after t0.
3. Another takes the lease over only if the object kept one ETag for L seconds of its own clock, counted from the moment
   at which it had read that ETag, which is after the object was written. Its own write is conditional on the same ETag,
   so no renewal came in between. Its write comes later than t0 + L, when the holder has stopped trusting.

No reading of one machine's clock is compared with another's, and no clock is the date: only seconds that passed on one
machine count, the time of a suspension included (`lease_clock`). The date in a record is for people. The margin, a
sixth of L, covers clocks that run unequally fast, and the time between a check and the write that it allows. A holder
that is suspended within that time and wakes up after a take-over is stopped by the commit itself, which is conditional,
too (triage/spark/ConditionalLogStore.java). The scheme is that of Gray and Cheriton, "Leases" (SOSP 1989), with
observation in place of synchronous clocks, as in the lock client of DynamoDB.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from triage.errors import TransientError
from triage.lake.locks.file_lock import BusyError
from triage.lake.locks.holder import Holder
from triage.lake.locks.lease.clock import lease_clock
from triage.lake.locks.lease.record import Found, LeaseObject, Record

_MARGIN = 1 / 6
_POLLS = 12
"""Looks at another's lease within its seconds."""


class ObjectLease:
    """One acquisition of the lease in `place`, valid for `seconds` after each write. Safe to use from threads."""

    def __init__(self, place: LeaseObject, seconds: float) -> None:
        self._place, self._seconds = place, seconds
        self._alone = threading.RLock()
        self._record = Record(secrets.token_hex(16), 0, is_held=True, seconds=seconds, holder=Holder())
        self._e_tag, self._number = "", 0
        self.valid_until = -1.0
        """On `lease_clock`."""

    def acquire(self, patience: float) -> None:
        """Takes the lease once it is free; waits up to `patience` seconds for a holder who lives.

        Whether one lives shows by a renewal, within a third of its lease; a dead one's lease expires. Raises BusyError.
        """
        begin = lease_clock()
        seen, is_alive = self._place.read(), False
        since = lease_clock()
        while not self._take(seen, since):
            if is_alive and lease_clock() - begin >= patience:
                raise BusyError(seen.record.holder if seen else None)
            time.sleep(_pause(seen))
            now = self._place.read()
            if now is None or seen is None or now.e_tag != seen.e_tag:
                is_alive = is_alive or (now is not None and now.record.is_held)
                seen, since = now, lease_clock()

    def renew(self) -> None:
        """Makes the lease valid for its seconds from now. Raises TransientError where it is lost or the store fails."""
        with self._alone:
            if not self._e_tag or not self._write(self._next(is_held=True), self._e_tag):
                self.give_up()
                raise lost(self._place.where)

    def validate(self) -> None:
        """Raises TransientError where the lease is not surely held any more.

        One that was not renewed in time is renewed now, which succeeds only if nobody took it meanwhile.
        """
        with self._alone:
            if lease_clock() >= self.valid_until:
                self.renew()

    def release(self) -> None:
        """Leaves the lease to others at once. One that was lost is left as it is; raises TransientError."""
        with self._alone:
            if self._e_tag and self._place.write(self._next(is_held=False), self._e_tag):
                self.give_up()

    def give_up(self) -> None:
        """The lease counts as lost from now on; what the store says of it is left to expire."""
        with self._alone:
            self._e_tag, self.valid_until = "", -1.0

    @property
    def is_lost(self) -> bool:
        """Whether somebody else holds it, or it could not be renewed in time."""
        return lease_clock() >= self.valid_until

    def _take(self, seen: Found | None, since: float) -> bool:
        is_free = seen is None or not seen.record.is_held or lease_clock() - since >= seen.record.seconds
        return is_free and self._write(self._next(is_held=True), seen.e_tag if seen else None)

    def _write(self, record: Record, replaced: str | None) -> bool:
        begin = lease_clock()
        e_tag = self._place.write(record, replaced)
        if e_tag is None:
            return False
        self._record, self._e_tag = record, e_tag
        self.valid_until = begin + self._seconds * (1 - _MARGIN)
        return True

    def _next(self, *, is_held: bool) -> Record:
        until = datetime.now(UTC) + timedelta(seconds=self._seconds) if is_held else None
        self._number += 1
        holder = replace(self._record.holder, until=until)
        return replace(self._record, number=self._number, is_held=is_held, holder=holder)


def lost(root: str) -> TransientError:
    """The error of a job that does not surely hold the lease of the lake at `root` any more."""
    return TransientError(
        "This job has lost the lake's lease, because it could not renew it in time; it writes nothing more.",
        where=root,
        remedy="Start it again: it goes on where it ended. Where that happens often, raise lake.lease_seconds.",
    )


def _pause(seen: Found | None) -> float:
    """Seconds before the next look, drawn so that contenders do not keep in step."""
    seconds = seen.record.seconds if seen else 1.0
    return min(2.0, seconds / _POLLS) * random.uniform(0.5, 1.0)  # noqa: S311 - nothing secret
