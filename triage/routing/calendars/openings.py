"""When a calendar is open, as moments in UTC: work begins and ends by local clocks, so days may have 23 or 25 hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from triage.routing.calendars.calendar import DAY_MINUTES, Calendar, Span

Micros = npt.NDArray[np.int64]
"""Microseconds, of moments since 1970 in UTC."""

LAST_YEAR = 2200
"""Nothing is open after it; times there come from broken headers."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def micros_of(moment: datetime) -> int:
    """A moment in microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _MICRO


def moment_of(micros: int) -> datetime:
    """The moment of so many microseconds, in UTC."""
    return _EPOCH + micros * _MICRO


def openings(calendar: Calendar, first: int, last: int) -> tuple[Micros, Micros]:
    """Begins and ends of all times of work whose local day lies in these years, sorted and without overlap."""
    parts = [_year(calendar, year) for year in range(max(first, date.min.year), min(last, LAST_YEAR) + 1)]
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    begins, ends = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _without(*_merged(begins, ends), calendar)


@lru_cache(maxsize=4_096)
def _year(calendar: Calendar, year: int) -> tuple[Micros, Micros]:
    """The times of work of one year, sorted by their begin; they may overlap."""
    off, zone, opened = _off(calendar, year), ZoneInfo(calendar.time_zone), dict(calendar.opened)
    found: list[tuple[int, int]] = []
    for number in range((date(year, 12, 31) - date(year, 1, 1)).days + 1):
        day = date(year, 1, 1) + timedelta(days=number)
        spans = opened.get(day, () if day in off else calendar.week[day.weekday()])
        found += (_moments(day, span, zone) for span in spans)
    pairs = np.array(sorted(found), np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _off(calendar: Calendar, year: int) -> set[date]:
    """Days off of a year."""
    yearly = {date(year, month, day) for month, day in calendar.yearly if (month, day) != (2, 29) or _is_leap(year)}
    return {*calendar.closed, *yearly, *_holidays(calendar, year)}


def _holidays(calendar: Calendar, year: int) -> Iterator[date]:
    for country, part in calendar.holidays:
        import holidays

        yield from holidays.country_holidays(country, subdiv=part or None, years=year)


def _is_leap(year: int) -> bool:
    return (date(year, 3, 1) - date(year, 2, 28)).days == 2


def _moments(day: date, span: Span, zone: ZoneInfo) -> tuple[int, int]:
    begin, end = (_moment(day, minutes, zone) for minutes in span)
    return begin, max(begin, end)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> int:
    """A local clock's time; one that the clock shows twice is the first, one that it skips counts from before."""
    days, rest = divmod(minutes, DAY_MINUTES)
    midnight = datetime.combine(day + timedelta(days=days), datetime.min.time())
    return micros_of((midnight + timedelta(minutes=rest)).replace(tzinfo=zone))


def _merged(begins: Micros, ends: Micros) -> tuple[Micros, Micros]:
    """Spans over midnight may run into those of the next day."""
    if not len(begins):
        return begins, ends
    until = np.maximum.accumulate(ends)
    is_new = np.r_[True, begins[1:] > until[:-1]]
    return begins[is_new], until[np.r_[is_new[1:], True]]


def _without(begins: Micros, ends: Micros, calendar: Calendar) -> tuple[Micros, Micros]:
    """Cuts out the maintenance windows."""
    for window in calendar.maintenance:
        begin, end = (micros_of(moment) for moment in window)
        before, after = np.minimum(ends, begin), np.maximum(begins, end)
        starts, stops = np.r_[begins, after], np.r_[before, ends]
        order = np.argsort(starts, kind="stable")
        begins, ends = starts[order], stops[order]
        kept = begins < ends
        begins, ends = begins[kept], ends[kept]
    return begins, ends
