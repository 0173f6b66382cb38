"""Due times by calendars; every expected time was worked out by hand, with a wall calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.routing.calendars.builders import calendar, local
from triage.routing.calendars.due import NEVER, due_at, due_micros
from triage.routing.calendars.openings import micros_of

HOUR = 3_600_000_000

# 2026-03-02 is a Monday; clocks go forward on 2026-03-29 and back on 2026-10-25, both Sundays
CASES: dict[str, tuple[dict[str, Any], str, float, str]] = {
    "within a day": ({}, "2026-03-02 10:00", 3, "2026-03-02 13:00"),
    "before opening": ({}, "2026-03-02 03:00", 1, "2026-03-02 10:00"),
    "at closing time": ({}, "2026-03-02 15:00", 2, "2026-03-02 17:00"),
    "received at closing time": ({}, "2026-03-02 17:00", 1, "2026-03-03 10:00"),
    "over a night": ({}, "2026-03-02 16:30", 1, "2026-03-03 09:30"),
    "over a weekend": ({}, "2026-03-06 16:00", 2, "2026-03-09 10:00"),
    "on a Saturday": ({}, "2026-03-07 11:00", 8, "2026-03-09 17:00"),
    "a whole week": ({}, "2026-03-02 09:00", 40, "2026-03-06 17:00"),
    "seconds count": ({}, "2026-03-02 16:59:59", 0.5, "2026-03-03 09:29:59"),
    "lunch is off": ({"hours": {"mon": ["13:00-17:00", "09:00-12:00"]}}, "2026-03-02 11:30", 1, "2026-03-02 13:30"),
    "days from Friday to Monday": ({"hours": {"fri-mon": "10:00-12:00"}}, "2026-03-06 11:00", 4, "2026-03-08 11:00"),
    "over midnight": ({"hours": {"mon": "22:00-06:00"}}, "2026-03-02 23:00", 6, "2026-03-03 05:00"),
    "a night that runs into the morning": (
        {"hours": {"mon": "22:00-06:00", "tue": "05:00-08:00"}}, "2026-03-02 22:00", 9, "2026-03-03 07:00",
    ),
    "a holiday of the country": ({"holidays": "DE"}, "2026-04-02 16:00", 2, "2026-04-07 10:00"),  # Easter
    "a holiday of another part": ({"holidays": "DE-BE"}, "2026-06-03 16:00", 2, "2026-06-04 10:00"),
    "a holiday of the part": ({"holidays": "DE-BY"}, "2026-06-03 16:00", 2, "2026-06-05 10:00"),  # Corpus Christi
    "two countries": ({"holidays": ["DE-BE", "US"]}, "2026-07-02 16:00", 2, "2026-07-06 10:00"),  # 4 July, observed
    "no holiday is known": ({}, "2026-12-24 16:00", 2, "2026-12-25 10:00"),
    "a day each year": ({"closed": ["12-24"]}, "2026-12-23 16:00", 2, "2026-12-25 10:00"),
    "a closed day": ({"closed": ["2026-03-03"]}, "2026-03-02 16:00", 2, "2026-03-04 10:00"),
    "closed weeks": ({"closed": ["2026-08-03 to 2026-08-14"]}, "2026-07-31 16:00", 2, "2026-08-17 10:00"),
    "a leap day": ({"closed": ["02-29"]}, "2028-02-28 16:00", 2, "2028-03-01 10:00"),
    "no leap day": ({"closed": ["02-29"]}, "2026-02-27 16:00", 2, "2026-03-02 10:00"),
    "an open Saturday": ({"open": {"2026-03-07": "10:00-12:00"}}, "2026-03-06 16:00", 2, "2026-03-07 11:00"),
    "an open holiday": (
        {"holidays": "DE", "open": {"2026-05-01": "09:00-10:00"}}, "2026-04-30 16:00", 2, "2026-05-01 10:00",
    ),
    "maintenance": (
        {"maintenance": [{"from": "2026-03-02 12:00", "until": "2026-03-02 14:00"}]},
        "2026-03-02 11:00", 2, "2026-03-02 15:00",
    ),
    "maintenance over a night": (
        {"maintenance": [{"from": "2026-03-02 16:00", "until": "2026-03-03 11:00"}]},
        "2026-03-02 15:00", 2, "2026-03-03 12:00",
    ),
    "maintenance in UTC": (
        {"maintenance": [{"from": "2026-03-02T11:00:00+00:00", "until": "2026-03-02T13:00:00+00:00"}]},
        "2026-03-02 11:00", 2, "2026-03-02 15:00",
    ),
    "clocks go forward over a weekend": ({}, "2026-03-27 16:30", 1, "2026-03-30 09:30"),
    "clocks go back over a weekend": ({}, "2026-10-23 16:30", 1, "2026-10-26 09:30"),
    "a day of 23 hours": ({"hours": {"mon-sun": "00:00-24:00"}}, "2026-03-28 12:00", 24, "2026-03-29 13:00"),
    "a day of 25 hours": ({"hours": {"mon-sun": "00:00-24:00"}}, "2026-10-24 12:00", 24, "2026-10-25 11:00"),
    "a night without its third hour": ({"hours": {"sat": "22:00-06:00"}}, "2026-03-28 22:00", 7, "2026-03-29 06:00"),
    "a night with its third hour twice": ({"hours": {"sat": "22:00-06:00"}}, "2026-10-24 22:00", 9, "2026-10-25 06:00"),
    "years of holidays": ({"hours": {"mon": "09:00-10:00"}}, "2026-03-02 09:00", 53, "2027-03-01 10:00"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "received", "hours", "expected"), CASES.values(), ids=CASES)
def test_due(changes: dict[str, Any], received: str, hours: float, expected: str) -> None:
    assert due_at(calendar(**changes), local(received), round(hours * HOUR)) == local(expected)


def test_a_zone_far_away() -> None:
    tokyo = calendar(time_zone="Asia/Tokyo")
    friday_in_berlin = datetime(2026, 3, 6, 7, 30, tzinfo=UTC)  # 16:30 in Tokyo
    assert due_at(tokyo, friday_in_berlin, HOUR) == datetime(2026, 3, 9, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("year", [1, 1969, 2199])
def test_times_of_broken_headers_have_a_due_time(year: int) -> None:
    due = due_at(calendar(), datetime(year, 6, 1, tzinfo=UTC), HOUR)
    assert due is not None and due - datetime(year, 6, 1, tzinfo=UTC) < timedelta(days=5)


def test_nothing_is_due_after_the_last_year() -> None:
    assert due_at(calendar(), datetime(9999, 12, 31, tzinfo=UTC), HOUR) is None


def test_mails_without_a_due_time_do_not_change_their_neighbours() -> None:
    times = [local("2026-03-02 10:00"), datetime(9999, 1, 1, tzinfo=UTC)]
    due = due_micros(calendar(), np.array([micros_of(one) for one in times]), np.array([HOUR, HOUR]))
    assert list(due) == [micros_of(local("2026-03-02 11:00")), NEVER]


MINUTE = 60_000_000
moments = st.integers(micros_of(datetime(2025, 1, 1, tzinfo=UTC)), micros_of(datetime(2027, 1, 1, tzinfo=UTC)))


@settings(max_examples=20, deadline=None)
@given(moments, st.integers(1, 60 * 30))
def test_as_counted_minute_by_minute(received: int, minutes: int) -> None:
    """Against a plain walk over minutes of a local clock."""
    received -= received % MINUTE
    expected, left = datetime.fromtimestamp(received / 1e6, UTC), minutes
    while left:
        left -= _is_open(expected)
        expected += timedelta(minutes=1)
    assert due_at(calendar(), datetime.fromtimestamp(received / 1e6, UTC), minutes * MINUTE) == expected


def _is_open(moment: datetime) -> bool:
    at = moment.astimezone(local("2026-01-01").tzinfo)
    return at.weekday() < 5 and 9 <= at.hour < 17


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(moments, st.integers(1, 100 * HOUR)), min_size=1, max_size=20))
def test_many_at_once_as_one_by_one(mails: list[tuple[int, int]]) -> None:
    office = calendar(holidays="DE")
    together = due_micros(office, *(np.array(column) for column in zip(*mails, strict=True)))
    alone = [due_micros(office, np.array([received]), np.array([wait]))[0] for received, wait in mails]
    assert list(together) == alone
