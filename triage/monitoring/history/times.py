"""When runs started: which runs are of the same weekday at a like time.

Two runs are where their starts lie a whole number of weeks apart, give or take half of the usual time between runs (at
least half an hour, at most twelve). No calendar is asked: the date that a nightly run starts on in UTC changes with
summer time, and a delay around midnight makes it another weekday's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import numpy.typing as npt

DAY, WEEK = 24.0, 168.0
"""Hours after which a time of the day, and of the week, comes again."""

_LEAST, _MOST = 0.5, 12.0

Floats = npt.NDArray[np.float64]


def hour_of(time: datetime) -> float:
    """Hours from the epoch to an aware time."""
    return time.timestamp() / 3600


def tolerance_of(starts: Iterable[float]) -> float:
    """Hours by which like times may differ: half of the usual time between these starts, which are in hours."""
    between = np.diff(sorted(set(starts)))
    return min(_MOST, max(_LEAST, float(np.median(between)) / 2)) if len(between) else _MOST


def are_alike(starts: Floats, at: float, tolerance: float, period: float = WEEK) -> npt.NDArray[np.bool_]:
    """Which of the starts lie a whole number of periods from a time, give or take the tolerance; all in hours."""
    rest = (starts - at) % period
    found: npt.NDArray[np.bool_] = np.minimum(rest, period - rest) <= tolerance
    return found
