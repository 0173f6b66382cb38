"""Old mail that is added later, for which no time is promised.

That is a replay, whose mails were in quarantine; the first run, of which nobody knows since when its mails could have
been routed; and a run, or a source of it, most of whose mails are older than twice the time between runs and were
received over more than that. A source whose mails are all late by the same days is none: it breaks the promise.
"""

from __future__ import annotations

import math
from collections import Counter

from triage.monitoring.profiles.features import MORE
from triage.monitoring.profiles.profile import Slice
from triage.monitoring.view import RunView


def by_hour(part: Slice) -> Counter[int]:
    """Mails of a slice by the whole hours that they waited, without those that waited longer than is counted."""
    counts = part.counts("hours_waited").counts
    return Counter({int(hour): count for hour, count in counts.items() if hour != MORE})


def hour_at(waited: Counter[int], mails: int) -> int:
    """The hours that at least so many mails waited at most; 0 of none."""
    shorter = 0
    for hour in sorted(waited):
        shorter += waited[hour]
        if shorter >= mails > 0:
            return hour
    return 0


def is_backfill(part: Slice, view: RunView) -> bool:
    """Whether the mails of a slice are mostly old ones that were added in this run."""
    earlier = [run.started_at for run in view.past if not run.is_replay and run.started_at < view.record.started_at]
    if view.record.is_replay or not earlier:
        return True
    between = (view.record.started_at - max(earlier)).total_seconds() / 3600
    most = 2 * max(view.settings.monitoring.service.every_hours, between)
    waited = by_hour(part)
    low, middle, high = (hour_at(waited, math.ceil(share * waited.total())) for share in (0.1, 0.5, 0.9))
    return middle > most and high - low > most
