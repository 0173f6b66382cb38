"""Volume: the mails of a run and of each source, beside what is usual for the weekday and the time of day.

The rule. A run takes the mails that came since the run before it; runs that found nothing leave no record, so that
this is true of every recorded one, and the 0 of such a run is that of the time since the last recorded one. A run is
compared with the runs of the same weekday at a like time (triage/monitoring/history/times.py): nightly runs with that
weekday's, hourly ones with that weekday's at that hour. What they took is scaled to the hours since the run before: a
run after a missed one is expected to hold more, a second one soon after the first less. Where there are too few of them
yet, runs of every day at a like time stand in; where these are too few also, nothing is usual. A run that only replays
has no volume, and is not the run before another. After a killed run, the next one accounts first
for what that left and then for its own mails, both from its own start: neither alone is the mail of the hours before
it, so that nothing is usual for them; to later runs they are one.

Usual is the median. Volumes are compared by their square roots, in which counts vary as much at any volume (half by
chance alone; Bartlett 1936) and the bursts of a thread or campaign, which are real mail, stand out less than what is
missing. The spread is that of all runs around the medians of their own likes, since the three to five runs that a night
is compared with do not tell one, and at least that of chance. It is winsorized, so that the nights on which a source
was dead hardly widen it. Each difference is divided by what the uncertainty of a median of so few adds to it. Student's
t has the degrees of freedom of that spread; for the lower bound, by which too much mail is told, it has few of them,
since bursts have a heavier tail than normal values. What is missing has none, but the upper bound is at least the exact
one of chance alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from triage.config.monitoring import QualityTrendSettings
from triage.monitoring.history.times import DAY, WEEK, Floats, are_alike, hour_of, tolerance_of
from triage.monitoring.history.usual import spread_of, student
from triage.monitoring.intervals import corrected
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN, SliceKey
from triage.monitoring.record import RunRecord
from triage.monitoring.view import RunView

_SPREAD_RUNS = 60
"""Newest runs that the spread around likes is taken from: more would cost time and not change it."""

_CHANCE = 0.5
"""Standard deviation of the square root of a Poisson count."""

_BURSTS = 6
"""Degrees of freedom of Student's t whose tail is about that of volumes with bursts."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of the run in hours, the hours since the run before (None for the first), and what a like time is."""

    now: float
    hours: float | None
    tolerance: float
    limits: QualityTrendSettings


@dataclass(frozen=True, slots=True)
class Rates:
    """Mails an hour of a slice in earlier runs, by the hour of their start, the oldest first."""

    starts: Floats
    rates: Floats

    def like(self, at: float, clock: Clock) -> Floats:
        """Those of the runs that one at this time is compared with, itself left out; none where there are too few."""
        other = self.starts != at
        own = len(other) - int(other.sum())  # one of these runs is itself one of the fewest
        for period, fewest in ((WEEK, clock.limits.fewest_weekday_runs), (DAY, clock.limits.fewest_runs)):
            found: Floats = self.rates[other & are_alike(self.starts, at, clock.tolerance, period)]
            if len(found) >= fewest - own:
                return found
        return self.rates[:0]

    def apart(self, clock: Clock) -> list[float]:
        """Deviations of the newest runs from the medians of their likes, in square roots of a rate."""
        found = []
        for start, rate in zip(self.starts[-_SPREAD_RUNS:], self.rates[-_SPREAD_RUNS:], strict=True):
            likes = self.like(float(start), clock)
            if len(likes):
                found.append(abs(math.sqrt(rate) - math.sqrt(np.median(likes))) / _widened(len(likes)))
        return found


def volume(view: RunView) -> Iterator[Measurement]:
    """Mails of the run and of each source, also of those that usually have some and have none now."""
    if view.record.is_replay:
        return
    values, past, clock = _values(view), _past(view), _clock(view)
    confidence = corrected(view.settings.monitoring.confidence, len(values))
    for key, mails in values.items():
        yield _measured(key, mails, past.get(key), clock, confidence)


def _values(view: RunView) -> dict[SliceKey, int]:
    known = {(past.by, past.slice) for past in view.history("volume") if past.by == "source" and past.value}
    found: dict[SliceKey, int] = {RUN: view.record.messages_new} | dict.fromkeys(sorted(known), 0)
    return found | {("source", name): part.published + part.quarantined for name, part in view.now.of("source")}


def _measured(key: SliceKey, mails: int, past: Rates | None, clock: Clock, confidence: float) -> Measurement:
    likes = past.like(clock.now, clock) if past and clock.hours else np.empty(0)
    if not (past and clock.hours and len(likes)):
        return Measurement("volume", mails, *key, mails=mails, note="FEW_RUNS")
    apart = [one * math.sqrt(clock.hours) for one in past.apart(clock)]
    spread, tail = spread_of(apart, _CHANCE) * _widened(len(likes)), (1 - confidence) / 2
    above = max(0.0, math.sqrt(mails) - spread * student(tail, min(len(apart) - 1, _BURSTS)))
    below = math.sqrt(mails) + spread * student(tail, len(apart) - 1)
    usual = float(np.median(likes)) * clock.hours
    high = max(below**2, _most_by_chance(mails, tail))
    return Measurement("volume", mails, *key, above**2, high, usual, mails)


def _most_by_chance(mails: int, tail: float) -> float:
    """Exact upper bound of the mean of a Poisson count (Garwood 1936): square roots of few mails vary more."""
    from scipy.special import gammaincinv

    return float(gammaincinv(mails + 1, 1 - tail))


def _widened(likes: int) -> float:
    """By what the spread around the true middle grows around a middle that so many runs tell."""
    return math.sqrt(1 + 1 / likes)


def _clock(view: RunView) -> Clock:
    now = hour_of(view.record.started_at)
    starts = [hour_of(run.started_at) for run in _readers(view)]
    earlier = [start for start in starts if start < now]
    is_part = view.is_resumed or now in starts
    hours = now - max(earlier) if earlier and not is_part else None
    return Clock(now, hours, tolerance_of([*starts, now]), view.settings.monitoring.quality)


def _past(view: RunView) -> dict[SliceKey, Rates]:
    """Rates of earlier runs by slice; the first run has none, since it is not known since when its mails came."""
    starts = sorted({hour_of(run.started_at) for run in _readers(view)})
    hours = {later: later - start for start, later in pairwise(starts)}
    found: defaultdict[SliceKey, defaultdict[float, float]] = defaultdict(lambda: defaultdict(float))
    for one in view.history("volume"):
        at = hour_of(one.started_at)
        if one.value is not None and at in hours:
            found[one.by, one.slice][at] += one.value / hours[at]
    return {key: Rates(*np.asarray(sorted(own.items()), dtype=np.float64).T) for key, own in found.items()}


def _readers(view: RunView) -> list[RunRecord]:
    """Earlier runs that read exports, the oldest first."""
    return sorted((run for run in view.past if not run.is_replay), key=lambda run: run.started_at)
