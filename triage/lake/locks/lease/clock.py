"""The clock of leases: seconds since this machine started, also while it was suspended.

No change of the date or time moves it, and it goes on while the machine sleeps, which CLOCK_MONOTONIC does not.
"""

from __future__ import annotations

import time


def lease_clock() -> float:
    """Seconds; only differences of two readings on one machine mean something. The same clock as /proc/uptime."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
