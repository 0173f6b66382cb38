"""The date of a mail in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_LONGEST = 200
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)
_DAY_SECONDS = 24 * 60 * 60
_LONG_DAY = re.compile(r"^\s*(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]+\s*,", re.IGNORECASE)


def sent_at(raw: str) -> datetime | None:
    """The moment of a Date field (RFC 5322 with obsolete zones, asctime, ISO 8601), None when there is none to read.

    A date without a zone is taken as UTC; years before 1970 and after 2100 are no dates of mail.
    """
    value = raw.strip()
    if not value or len(value) > _LONGEST:
        return None
    moment = _mail_time(value) or iso_time(value)
    if moment is None or not _EARLIEST <= moment < _LATEST:
        return None
    return moment


def _mail_time(value: str) -> datetime | None:
    try:
        parts = parsedate_tz(_LONG_DAY.sub(r"\1,", value))
        if parts is None:
            return None
        offset = parts[9] or 0
        if abs(offset) >= _DAY_SECONDS:
            return None
        zone = timezone(timedelta(seconds=offset))
        year = parts[0] + 1900 if 100 <= parts[0] < 1000 else parts[0]  # RFC 5322, 4.3: 102 is 2002
        leap = min(parts[5], 59)  # a leap second is a valid time of a mail but not of datetime
        return datetime(year, *parts[1:5], leap, tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def iso_time(value: str) -> datetime | None:
    """A date (its beginning) or time in ISO 8601, in UTC, also where it names no zone; None for another text."""
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
