"""A calendar of the rule file, validated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from triage.routing.calendars.entry import CalendarEntry, Spans
from triage.routing.conditions import RuleFault, nearest

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
LEAST_MINUTES = 60
"""Minutes of work that a week must have; with fewer, a time to answer could lie centuries away."""

Span = tuple[int, int]
"""Begin and end of work in minutes since midnight; an end on the next day is beyond 1,440."""

_SPAN = re.compile(r"(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")
_YEARLY = re.compile(r"(\d\d)-(\d\d)")
_LONGEST_RANGE = 3_660
"""Days of a range of closed days."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When people work; times are of `time_zone`.

    `week` has the spans of each weekday from Monday. `opened` has days whose spans differ, and wins over all days off:
    `holidays` (a country and its part, empty for all of it), `closed` days and the months and days of `yearly`.
    `maintenance` windows are cut out of all.
    """

    name: str
    time_zone: str
    week: tuple[tuple[Span, ...], ...]
    holidays: tuple[tuple[str, str], ...] = ()
    closed: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()
    opened: tuple[tuple[date, tuple[Span, ...]], ...] = ()
    maintenance: tuple[tuple[datetime, datetime], ...] = ()


def read_calendar(name: str, entry: CalendarEntry) -> Calendar:
    """The calendar that an entry declares. Raises RuleFault where it is not valid."""
    if entry.time_zone not in available_timezones():
        raise RuleFault(f"There is no time zone {entry.time_zone!r}.", nearest(entry.time_zone, _zones()))
    days = [tuple(_closed_days(given)) for given in entry.closed]
    return Calendar(
        name,
        entry.time_zone,
        _week(entry),
        tuple(_country(code) for code in _listed(entry.holidays)),
        frozenset(day for found in days for day in found if isinstance(day, date)),
        frozenset(day for found in days for day in found if not isinstance(day, date)),
        tuple((day, _spans(given)) for day, given in sorted(entry.open.items())),
        tuple(_windows(entry)),
    )


def _week(entry: CalendarEntry) -> tuple[tuple[Span, ...], ...]:
    week: dict[str, tuple[Span, ...]] = {}
    for days, given in entry.hours.items():
        for day in _weekdays(days):
            if day in week:
                raise RuleFault(f"hours names {day} twice.", "Write all hours of a day as one list.")
            week[day] = _spans(given)
    if sum(end - begin for spans in week.values() for begin, end in spans) < LEAST_MINUTES:
        raise RuleFault("hours has less than an hour a week.", "Add hours in which people work.")
    return tuple(week.get(day, ()) for day in DAYS)


def _weekdays(given: str) -> tuple[str, ...]:
    first, _, last = given.partition("-")
    for day in (first, last or first):
        if day not in DAYS:
            raise RuleFault(f"hours has no weekday {day!r}.", nearest(day, DAYS))
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return DAYS[begin : end + 1] if begin <= end else (*DAYS[begin:], *DAYS[: end + 1])


def _listed(given: Spans) -> Sequence[str]:
    return (given,) if isinstance(given, str) else given


def _spans(given: Spans) -> tuple[Span, ...]:
    return tuple(sorted(_span(text) for text in _listed(given)))


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text.strip())
    hours = [int(part) for part in found.groups()] if found else []
    minutes = [hour * 60 + minute for hour, minute in zip(hours[::2], hours[1::2], strict=True)]
    if not found or max(hours[1::2]) > 59 or max(minutes) > DAY_MINUTES or minutes[0] == DAY_MINUTES:
        raise RuleFault(f"{text!r} is no span of hours.", "Write such as 09:00-17:00, or 22:00-06:00 over midnight.")
    if minutes[0] == minutes[1]:
        raise RuleFault(f"{text!r} holds no time.", "Write 00:00-24:00 for a whole day.")
    begin, end = minutes
    return begin, end if end > begin else end + DAY_MINUTES


def _closed_days(given: date | str) -> Iterator[date | tuple[int, int]]:
    if isinstance(given, date):
        yield given
    elif found := _YEARLY.fullmatch(given.strip()):
        month, day = int(found[1]), int(found[2])
        _parsed(f"2024-{found[1]}-{found[2]}")
        yield month, day
    else:
        first, last = (_parsed(part) for part in (given.split(" to ") if " to " in given else (given, given)))
        yield from _range(first, last)


def _range(first: date, last: date) -> Iterator[date]:
    if not timedelta(0) <= last - first <= timedelta(days=_LONGEST_RANGE):
        raise RuleFault("A range of closed days ends before it begins, or takes over ten years.", "Correct its dates.")
    yield from (first + timedelta(days=number) for number in range((last - first).days + 1))


def _parsed(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        remedy = "Write 2026-12-24, 12-24 for each year, or 2026-08-03 to 2026-08-14."
        raise RuleFault(f"{text.strip()!r} is no day.", remedy) from None


def _country(code: str) -> tuple[str, str]:
    import holidays  # takes a moment that a file without holidays saves

    country, _, part = code.partition("-")
    known = holidays.list_supported_countries()
    if country not in known:
        raise RuleFault(f"No holidays are known of {country!r}.", nearest(country, known))
    if part and part not in known[country]:
        raise RuleFault(f"No holidays are known of {code!r}.", nearest(part, known[country]))
    return country, part


def _windows(entry: CalendarEntry) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(entry.time_zone)
    for window in entry.maintenance:
        begin, end = (moment if moment.tzinfo else moment.replace(tzinfo=zone) for moment in (window.begin, window.end))
        if begin >= end:
            raise RuleFault("A maintenance window ends before it begins.", "Swap its from and until.")
        yield begin, end


@cache
def _zones() -> list[str]:
    return sorted(available_timezones())
