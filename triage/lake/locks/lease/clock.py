"""The clock of leases: seconds since this machine started, also while it was suspended.

No change of the date or time moves it, and it goes on while the machine sleeps, which CLOCK_MONOTONIC does not.
"""

from __future__ import annotations

import time
from pathlib import Path

_UPTIME = Path("/proc/uptime")


def lease_clock() -> float:
    """Seconds, to a hundredth; only differences of two readings on one machine mean something.

    Read where the JVM reads it before each commit (triage/spark/ConditionalLogStore.java): in a container under lxcfs
    /proc/uptime counts from the container's start, and CLOCK_BOOTTIME from the machine's.
    """
    try:
        return float(_UPTIME.read_text("ascii").split()[0])
    except (OSError, ValueError, IndexError):  # the JVM then commits nothing under a lease
        return time.clock_gettime(time.CLOCK_BOOTTIME)
