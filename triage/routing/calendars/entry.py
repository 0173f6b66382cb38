"""The schema of a calendar in the rule file."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from triage.routing.part import Part

Spans = str | tuple[str, ...]
"""One span of hours such as `09:00-17:00`, or several."""


class MaintenanceEntry(Part):
    """A window in which nobody works, whatever the weekday says."""

    begin: datetime = Field(alias="from")
    """Its begin; without an offset in the calendar's time zone."""

    end: datetime = Field(alias="until")
    """Its end, which is not part of it."""


class CalendarEntry(Part):
    """When people work."""

    time_zone: str
    """A name of the time zone database, such as Europe/Berlin."""

    hours: dict[str, Spans] = Field(min_length=1)
    """Weekdays (`mon`, `mon-fri`) → hours of work; a day that is not named is off."""

    holidays: Spans = ()
    """Countries, or parts of them, whose public holidays are off: `DE`, `DE-BY`."""

    closed: tuple[date | str, ...] = ()
    """Further days off: a date, `12-24` for each year, or `2026-08-03 to 2026-08-14`."""

    open: dict[date, Spans] = Field(default_factory=dict)
    """Days with hours of their own, also where they would be off."""

    maintenance: tuple[MaintenanceEntry, ...] = ()
    """Windows in which nobody works."""
