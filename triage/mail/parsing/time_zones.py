"""Time zones as calendars name them: by IANA's names, and by those of Windows, which Outlook writes.

The names of Windows are those of Unicode's windowsZones.xml (CLDR), each with the place that it gives for `001`, the
world; of about 140, those in whose time most people live.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

_WINDOWS = {
    "utc": "Etc/UTC",
    "gmt standard time": "Europe/London",
    "greenwich standard time": "Atlantic/Reykjavik",
    "w. europe standard time": "Europe/Berlin",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "romance standard time": "Europe/Paris",
    "e. europe standard time": "Europe/Chisinau",
    "fle standard time": "Europe/Kiev",
    "gtb standard time": "Europe/Bucharest",
    "turkey standard time": "Europe/Istanbul",
    "russian standard time": "Europe/Moscow",
    "israel standard time": "Asia/Jerusalem",
    "egypt standard time": "Africa/Cairo",
    "south africa standard time": "Africa/Johannesburg",
    "arabian standard time": "Asia/Dubai",
    "arab standard time": "Asia/Riyadh",
    "pakistan standard time": "Asia/Karachi",
    "india standard time": "Asia/Calcutta",
    "se asia standard time": "Asia/Bangkok",
    "china standard time": "Asia/Shanghai",
    "singapore standard time": "Asia/Singapore",
    "taipei standard time": "Asia/Taipei",
    "tokyo standard time": "Asia/Tokyo",
    "korea standard time": "Asia/Seoul",
    "aus eastern standard time": "Australia/Sydney",
    "w. australia standard time": "Australia/Perth",
    "new zealand standard time": "Pacific/Auckland",
    "eastern standard time": "America/New_York",
    "us eastern standard time": "America/Indianapolis",
    "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver",
    "us mountain standard time": "America/Phoenix",
    "pacific standard time": "America/Los_Angeles",
    "alaskan standard time": "America/Anchorage",
    "hawaiian standard time": "Pacific/Honolulu",
    "atlantic standard time": "America/Halifax",
    "e. south america standard time": "America/Sao_Paulo",
    "argentina standard time": "America/Buenos_Aires",
    "sa pacific standard time": "America/Bogota",
    "central standard time (mexico)": "America/Mexico_City",
}


def in_utc(local: datetime, zone: str) -> datetime | None:
    """A local time of a zone in UTC; None where the zone is not known, or the time is none."""
    found = _zone(zone)
    try:
        return local.replace(tzinfo=found).astimezone(UTC) if found else None
    except (OverflowError, ValueError):
        return None


def _zone(name: str) -> tzinfo | None:
    plain = name.strip().strip("/").rpartition("tzone://Microsoft/")[2]
    if plain.upper() in ("UTC", "GMT", "Z"):
        return UTC
    try:
        return ZoneInfo(_WINDOWS.get(plain.lower(), plain))
    except (KeyError, ValueError, OSError):
        return None
