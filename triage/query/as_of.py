"""A lake as it was: which version of each table a moment names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from triage.errors import ConfigError
from triage.lake.backends.base import BEFORE_THE_FIRST
from triage.lake.store import Store
from triage.lake.tables import Table
from triage.mail.dates import iso_time

_WHERE = "--as-of"


def read_moment(text: str) -> datetime:
    """An ISO 8601 date, which is its beginning, or time; in UTC where it names no zone.

    Raises ConfigError for another text, and for a moment that is yet to come.
    """
    moment = iso_time(text)
    if moment is None:
        raise ConfigError(
            "This is no date or time.", where=_WHERE, remedy="Such as 2026-11-30 or 2026-11-30T06:00+01:00."
        )
    if moment > datetime.now(UTC):
        raise ConfigError("This moment is yet to come.", where=_WHERE, remedy="Leave it out for the lake as it is.")
    return moment


def versions_at(store: Store, tables: Iterable[Table], moment: datetime) -> dict[Table, int]:
    """The version that each of the tables had then; BEFORE_THE_FIRST for one that did not exist.

    Raises ConfigError for a table whose log does not reach back so far: maintenance and erasures clear history.
    """
    return {table: _version_at(table, store.history(table), moment) for table in tables}


def _version_at(table: Table, history: list[tuple[int, datetime]], moment: datetime) -> int:
    past = [version for version, at in history if at <= moment]
    if past:
        return past[-1]
    if not history or history[0][0] == 0:
        return BEFORE_THE_FIRST
    raise ConfigError(
        f"{table.view} is kept since {history[0][1]:%Y-%m-%d %H:%M} UTC only.",
        where=_WHERE,
        remedy="Take a later moment: maintenance and erasures clear what was before.",
    )
