"""Times to answer: hours by priority, on the clock or of work by a calendar, and the days for which a rule counts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from triage.routing.attributes import RECEIVED, Attribute, Kind
from triage.routing.calendars.calendar import Calendar
from triage.routing.calendars.openings import micros_of
from triage.routing.conditions import Condition, RuleFault, nearest
from triage.routing.rule_file import CalendarChoice, Outcome, QueueEntry, RuleEntry

OTHERWISE = "otherwise"
MICROS_OF_AN_HOUR = 3_600_000_000

HourTable = Mapping[str, float | None]
"""Hours for each priority, `abstained` and `otherwise` that differs; None where nothing is due."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which calendar counts for a mail: by a value of an attribute, or always `otherwise`."""

    otherwise: Calendar
    by: Attribute | None = None
    of: tuple[tuple[str, Calendar], ...] = ()

    @property
    def calendars(self) -> tuple[Calendar, ...]:
        """All that may count."""
        return (self.otherwise, *(calendar for _, calendar in self.of))

    @property
    def conditions(self) -> list[Condition]:
        """What must be known of a mail to choose."""
        return [Condition(self.by, any_of=tuple(value for value, _ in self.of))] if self.by else []

    def of_value(self, value: str | None) -> Calendar:
        """The calendar at a value of the attribute; None where the mail has none."""
        return self.otherwise if value is None else dict(self.of).get(value, self.otherwise)


def hours_of(out: Outcome, priorities: Sequence[str]) -> HourTable:
    """The hours of an outcome. Raises RuleFault where they do not cover the priorities."""
    key = "business_hours" if out.business_hours is not None else "due_hours"
    given = out.business_hours if out.business_hours is not None else out.due_hours
    if out.business_hours is not None and out.due_hours is not None:
        raise RuleFault("due_hours and business_hours are both given.", "Keep the one that is meant.")
    if not isinstance(given, dict):
        return {OTHERWISE: given}
    allowed = [*priorities, OTHERWISE]
    for priority in given:
        if priority not in allowed:
            raise RuleFault(f"{key} has no priority {priority!r}.", nearest(priority, allowed))
    missing = [p for p in priorities if p not in given]
    if missing and OTHERWISE not in given:
        raise RuleFault(f"{key} says nothing for {', '.join(missing)}.", f"Add them, or {OTHERWISE}.")
    return {OTHERWISE: None} | given


def calendar_of(
    out: Outcome, queues: Mapping[str, QueueEntry], calendars: Mapping[str, Calendar], known: Mapping[str, Attribute]
) -> Choice | None:
    """The calendar of an outcome's hours: its own, else its queue's; None where they are hours on the clock.

    Raises RuleFault where hours of work have no calendar, and a calendar no hours of work.
    """
    if out.business_hours is None:
        if out.calendar is not None:
            raise RuleFault("calendar is given without business_hours.", "Write business_hours, or take it out.")
        return None
    given = out.calendar
    if given is None and out.queue in queues:
        given = queues[out.queue].calendar
    if given is None:
        remedy = f"Add calendar to the rule, or to the queue {out.queue} under queues."
        raise RuleFault("business_hours has no calendar.", remedy)
    return choice_of(given, calendars, known)


def choice_of(given: str | CalendarChoice, calendars: Mapping[str, Calendar], known: Mapping[str, Attribute]) -> Choice:
    """The calendars that are meant. Raises RuleFault for an unknown one, and for an attribute that cannot choose."""
    if isinstance(given, str):
        return Choice(_named(given, calendars))
    single = {name: one for name, one in known.items() if one.kind in (Kind.LABEL, Kind.SYMBOL)}
    if given.by not in single:
        raise RuleFault(f"A calendar cannot be chosen by {given.by!r}.", nearest(given.by, single))
    by = single[given.by]
    for value in given.of:
        if by.values and value not in by.values:
            raise RuleFault(f"{by.name} has no label {value!r}.", nearest(value, by.values))
    pairs = tuple((value, _named(name, calendars)) for value, name in given.of.items())
    return Choice(_named(given.otherwise, calendars), by, pairs)


def dated(entry: RuleEntry, zone: str) -> list[Condition]:
    """The condition on the day of receipt, where the rule has one. Raises RuleFault for days that end too early."""
    if entry.begin is None and entry.end is None:
        return []
    if entry.begin and entry.end and entry.begin > entry.end:
        raise RuleFault("until lies before from.", "Swap them, or correct their year.")
    if zone not in available_timezones():
        raise RuleFault(f"There is no time zone {zone!r}.", nearest(zone, sorted(available_timezones())))
    low = float(_midnight(entry.begin, zone)) if entry.begin else -math.inf
    high = float(_midnight(entry.end + timedelta(days=1), zone) - 1) if entry.end else math.inf
    parts = [f"from {entry.begin}" if entry.begin else "", f"until {entry.end}" if entry.end else ""]
    words = " ".join(part for part in ("received", *parts) if part)
    return [Condition(RECEIVED, minimum=low, maximum=high, words=words)]


def _midnight(day: date, zone: str) -> int:
    return micros_of(datetime.combine(day, time(), ZoneInfo(zone)))


def _named(name: str, calendars: Mapping[str, Calendar]) -> Calendar:
    if name not in calendars:
        what = f"There is no calendar {name!r}."
        raise RuleFault(what, nearest(name, calendars) if calendars else "Declare it under calendars.")
    return calendars[name]
