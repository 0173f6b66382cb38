"""Moments as people give them: `7d`, `2026-11-01`, a datetime; and which time of a table they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from pyspark.sql import types as t

from triage.errors import ConfigError
from triage.lake.tables import LEDGER, ROUTES, RUNS, SILVER_MAIL, Column
from triage.lake.tables.access import readers_of
from triage.lake.views import Relation
from triage.mail.dates import iso_time

Moment = str | date | datetime | timedelta
"""A duration before now (`7d`, `12h`, `30min`, `2w`, a timedelta), or an ISO 8601 date (its beginning) or time."""

_DURATION = re.compile(r"(?P<count>\d{1,6})\s*(?P<unit>min|h|d|w)")
_UNITS = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_REMEDY = "Such as '7d', '12h', '30min' or '2w' before now, '2026-11-30' or '2026-11-30T06:00+01:00'."

_ELSEWHERE = (
    ("mail_key", SILVER_MAIL, "received_at"),
    ("mail_key", ROUTES, "received_at"),
    ("run_id", RUNS, "started_at"),
    ("batch_id", LEDGER, "planned_at"),
)
"""Columns that lead from a table without a time of its own to the time of its mail, run or batch."""


def read_moment(given: Moment, now: datetime, where: str) -> datetime:
    """The moment in UTC. Raises ConfigError, which names `where`, for what is none."""
    match given:
        case datetime():
            return given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=UTC)
        case date():
            return datetime.combine(given, time(), UTC)
        case timedelta():
            return _before(now, given, where)
        case str() if found := _DURATION.fullmatch(given.strip()):
            return _before(now, timedelta(**{_UNITS[found["unit"]]: int(found["count"])}), where)
        case str() if moment := iso_time(given.strip()):
            return moment
    raise ConfigError("This is no moment.", where=where, remedy=_REMEDY)


def _before(now: datetime, duration: timedelta, where: str) -> datetime:
    try:
        return now - duration
    except OverflowError:
        raise ConfigError("This is before all times.", where=where, remedy=_REMEDY) from None


def time_condition(table: Relation, comparison: str, parameter: str) -> str:
    """SQL that compares the time of a table's rows with a parameter.

    It is the first time or date that every row has; else when the row's mail was received, its run started or its
    batch was planned, of a table that whoever reads this one may read, too. Raises ConfigError for a table without any
    of these.
    """
    if own := _own_time(table):
        return f"`{own.name}` {comparison} {_as(own, parameter)}"
    for key, other, column in sorted(_elsewhere(table), key=lambda found: not _is_open(table, found[1])):
        return f"`{key}` IN (SELECT `{key}` FROM {other.view} WHERE `{column}` {comparison} :{parameter})"  # noqa: S608 - declared names
    raise ConfigError(
        f"The rows of {table.view} have no time.", where="since, until", remedy="Leave these out for this table."
    )


def _own_time(table: Relation) -> Column | None:
    times = [one for one in table.columns if _is_time(one)]
    received = (one for one in times if one.name == "received_at")
    return next((one for one in times if one.required), None) or next(received, None)


def _is_open(table: Relation, other: Relation) -> bool:
    return set(readers_of(table.name)) <= set(readers_of(other.name))


def _is_time(column: Column) -> bool:
    return isinstance(column.type, (t.TimestampType, t.DateType))


def _as(column: Column, parameter: str) -> str:
    return f"to_date(:{parameter})" if isinstance(column.type, t.DateType) else f":{parameter}"


def _elsewhere(table: Relation) -> Iterator[tuple[str, Relation, str]]:
    required = {column.name for column in table.columns if column.required}
    return ((key, other, column) for key, other, column in _ELSEWHERE if key in required and other is not table)
