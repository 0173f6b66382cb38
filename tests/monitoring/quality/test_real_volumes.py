"""The volume rule over real mail: seven mailing lists as sources, a run each night."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.monitoring.views import Lake, slice_of
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN, Slice, SliceKey
from triage.monitoring.quality.volume import volume

FIRST, LAST = date(2023, 5, 1), date(2023, 12, 8)
"""When all seven lists are there."""

_SEPARATOR = re.compile(r"From .*? \w{3} (\w{3}) +(\d+) [\d:]{8} (\d{4})\s*$")


@pytest.fixture(scope="module")
def nights(shared_data: Path) -> list[tuple[datetime, Mapping[str, int]]]:
    """Mails by list of each night that has any."""
    counts: Counter[tuple[date, str]] = Counter()
    for file in sorted((shared_data / "r_mailing_lists").glob("*.mbox.gz")):
        counts.update((day, file.name) for day in _days(file) if FIRST <= day < LAST)
    names = sorted({name for _, name in counts})
    days = sorted({day for day, _ in counts})
    return [(_run_at(day), {name: counts[day, name] for name in names}) for day in days]


def test_seven_months_of_lists_differ_at_the_stated_rate(nights: list[tuple[datetime, Mapping[str, int]]]) -> None:
    """At most 5 % of the runs, though threads come in bursts; and none by as much as the shipped alerts ask for."""
    lake, odd = Lake(volume), 0
    for at, counts in nights:
        found = lake.run(slices(counts), at)
        compared = [one for one in found.values() if one.usual is not None]
        odd += any(not _holds(one) for one in compared)
        assert not [one for one in compared if one.usual and (_bound(one.low) / one.usual >= 1.2 or _is_dead(one))]
        lake.forget(at - timedelta(days=35))
    assert len(nights) == 200
    assert odd <= 10


def slices(counts: Mapping[str, int]) -> dict[SliceKey, Slice]:
    sources: dict[SliceKey, Slice] = {("source", name): slice_of(count) for name, count in counts.items() if count}
    return {RUN: slice_of(sum(counts.values()))} | sources


def _is_dead(one: Measurement) -> bool:
    return one.value == 0 and one.usual is not None and one.usual >= 5 and _bound(one.high) / one.usual <= 0.95


def _holds(one: Measurement) -> bool:
    assert one.usual is not None
    return _bound(one.low) <= one.usual <= _bound(one.high)


def _bound(bound: float | None) -> float:
    assert bound is not None
    return bound


def _days(file: Path) -> Iterator[date]:
    with gzip.open(file, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = _SEPARATOR.match(line)
            if found:
                yield datetime.strptime(" ".join(found.groups()), "%b %d %Y").replace(tzinfo=UTC).date()


def _run_at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(days=1)
