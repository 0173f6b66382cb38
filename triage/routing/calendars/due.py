"""When an answer is due if only a calendar's hours count."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from triage.routing.calendars.calendar import Calendar
from triage.routing.calendars.openings import LAST_YEAR, Micros, micros_of, moment_of, openings

NEVER = np.iinfo(np.int64).min
"""In place of a moment where none is found up to LAST_YEAR."""


def due_at(calendar: Calendar, received: datetime, micros: int) -> datetime | None:
    """As `due_micros`, of one mail."""
    [due] = due_micros(calendar, np.array([micros_of(received)]), np.array([micros]))
    return None if due == NEVER else moment_of(int(due))


def due_micros(calendar: Calendar, received: Micros, micros: Micros) -> Micros:
    """When `micros` of open time have passed since `received`: the earliest such moment, so at the latest closing time.

    Time of work up to each opening is summed once; then each mail takes two binary searches. Years are added until all
    are found.
    """
    if not len(received):
        return received
    first, last = (_year(int(end)) for end in (received.min(), received.max()))
    while True:
        last += 1
        due = _within(openings(calendar, first - 1, last), received, micros)
        if last > LAST_YEAR or (due != NEVER).all():
            return due


def _within(spans: tuple[Micros, Micros], received: Micros, micros: Micros) -> Micros:
    begins, ends = spans
    if not len(begins):
        return np.full(len(received), NEVER)
    worked = np.cumsum(ends - begins)
    before = worked - (ends - begins)
    at = np.minimum(np.searchsorted(ends, received, side="right"), len(ends) - 1)
    passed = np.clip(received - begins[at], 0, ends[at] - begins[at])
    target = before[at] + passed + micros
    found = np.searchsorted(worked, target, side="left")
    known = np.minimum(found, len(begins) - 1)
    return np.where(found < len(begins), begins[known] + target - before[known], NEVER)


def _year(micros: int) -> int:
    return int(np.datetime64(micros, "us").astype("datetime64[Y]").astype(int)) + 1970
