"""Volume: the mails of a run and of each source, beside what is usual for the weekday and the time of day.

The rule. A run takes the mails that came since the run before it; runs that found nothing leave no record, so that
this is true of every recorded one, and the 0 of such a run is that of the time since the last recorded one. A run is
compared with the runs of the same weekday at a like time: those whose start lies a whole number of weeks before its
own, give or take half of the usual time between runs (at least half an hour, at most twelve). So nightly runs are
compared with that weekday's, hourly ones with that weekday's at that hour. What they took is scaled to the hours since
the run before: a run after a missed one is expected to hold more, a second one soon after the first less. Where there
are too few of them yet, runs of every day at a like time stand in; where these are too few also, nothing is usual. A
run that only replays has no volume, and is not the run before another.

Usual is the median. Volumes are compared by their square roots, in which counts vary as much at any volume (half by
chance alone; Bartlett 1936) and the bursts of a thread or campaign, which are real mail, stand out less than what is
missing. The spread is the largest of three: that of the runs compared with (median absolute deviation), that of all
runs around the medians of their own likes, which a few runs cannot show, and that of chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from triage.config.monitoring import QualityTrendSettings
from triage.monitoring.history.usual import usual_figure
from triage.monitoring.intervals import corrected
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN, SliceKey
from triage.monitoring.record import RunRecord
from triage.monitoring.view import RunView

_DAY, _WEEK = 24.0, 168.0
_LEAST, _MOST = 0.5, 12.0
_SPREAD_RUNS = 60
"""Newest runs that the spread around likes is taken from: more would cost time and not change it."""

_CHANCE = 0.5
"""Standard deviation of the square root of a Poisson count."""

Floats = npt.NDArray[np.float64]


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
        for period, fewest in ((_WEEK, clock.limits.fewest_weekday_runs), (_DAY, clock.limits.fewest_runs)):
            rest = (self.starts - at) % period
            found: Floats = self.rates[other & (np.minimum(rest, period - rest) <= clock.tolerance)]
            if len(found) >= fewest:
                return found
        return self.rates[:0]

    def spread(self, clock: Clock) -> float:
        """Root of the mean squared difference of runs from the medians of their likes, in square roots of a rate."""
        squares = []
        for start, rate in zip(self.starts[-_SPREAD_RUNS:], self.rates[-_SPREAD_RUNS:], strict=True):
            likes = self.like(float(start), clock)
            if len(likes):
                squares.append((math.sqrt(rate) - math.sqrt(np.median(likes))) ** 2)
        return math.sqrt(sum(squares) / len(squares)) if squares else 0.0


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
    expected = [math.sqrt(rate * clock.hours) for rate in likes]
    spread = max(past.spread(clock) * math.sqrt(clock.hours), _CHANCE)
    found = usual_figure(math.sqrt(mails), expected, spread, confidence)
    usual = float(np.median(likes)) * clock.hours
    return Measurement("volume", mails, *key, max(0.0, found.low) ** 2, found.high**2, usual, mails)


def _clock(view: RunView) -> Clock:
    now = _hour(view.record.started_at)
    starts = sorted({*(_hour(run.started_at) for run in _readers(view)), now})
    between = np.diff(starts)
    tolerance = min(_MOST, max(_LEAST, float(np.median(between)) / 2)) if len(between) else _MOST
    earlier = [start for start in starts if start < now]
    return Clock(now, now - earlier[-1] if earlier else None, tolerance, view.settings.monitoring.quality)


def _past(view: RunView) -> dict[SliceKey, Rates]:
    """Rates of earlier runs by slice; the first run has none, since it is not known since when its mails came."""
    runs = _readers(view)
    hours = {later.run_id: _hour(later.started_at) - _hour(run.started_at) for run, later in pairwise(runs)}
    found: dict[SliceKey, list[tuple[float, float]]] = {}
    for one in view.history("volume"):
        if one.value is not None and hours.get(one.run_id):
            rate = (_hour(one.started_at), one.value / hours[one.run_id])
            found.setdefault((one.by, one.slice), []).append(rate)
    return {key: Rates(*np.asarray(rates, dtype=np.float64).T) for key, rates in found.items()}


def _readers(view: RunView) -> list[RunRecord]:
    """Earlier runs that read exports, the oldest first."""
    return sorted((run for run in view.past if not run.is_replay), key=lambda run: run.started_at)


def _hour(time: datetime) -> float:
    return time.timestamp() / 3600
