"""Calendars for the tests, and moments in their time zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from triage.routing.calendars.calendar import Calendar, read_calendar
from triage.routing.calendars.entry import CalendarEntry

OFFICE: dict[str, Any] = {"time_zone": "Europe/Berlin", "hours": {"mon-fri": "09:00-17:00"}}


def calendar(**changes: Any) -> Calendar:
    """An office in Berlin, from nine to five, with these changes."""
    return read_calendar("office", CalendarEntry.model_validate(OFFICE | changes))


def local(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    """A local clock's time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
