"""Volumes beside the weekday's usual: which runs are compared, and when one differs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest

from tests.monitoring.views import MONDAY, Lake, days, slice_of
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN
from triage.monitoring.quality.volume import volume

HOUR = timedelta(hours=1)
WEEK = [300, 310, 290, 305, 295, 20, 10]
"""Mails from Monday to Sunday."""


def differs(one: Measurement) -> bool:
    assert one.usual is not None and one.low is not None and one.high is not None
    return not one.low <= one.usual <= one.high


def last(mails: Sequence[int], times: Sequence[datetime]) -> Measurement:
    lake = Lake(volume)
    for count, at in zip(mails[:-1], times[:-1], strict=True):
        lake.add(slice_of(count), at, [Measurement("volume", count, mails=count)])
    return lake.run(slice_of(mails[-1]), times[-1])["volume", ""]


def nights(weeks: int, last_day: int, mails: int) -> Measurement:
    """Weeks of nightly runs, and then the days of another until `last_day` (0 is Monday), whose run has `mails`."""
    jitter = np.random.default_rng(5).normal(1, 0.03, weeks * 7 + last_day)
    counts = [round(WEEK[day % 7] * factor) for day, factor in enumerate(jitter)]
    return last([*counts, mails], days(len(counts) + 1))


@pytest.mark.parametrize(("last_day", "mails", "is_odd"), [
    (0, 297, False), (0, 600, True), (0, 20, True), (5, 22, False), (5, 300, True), (6, 12, False), (1, 1, True),
], ids=["a usual Monday", "a doubled Monday", "a Monday like a Saturday", "a usual Saturday",
        "a Saturday like a Monday", "a usual Sunday", "one mail on a Tuesday"])  # fmt: skip
def test_a_night_is_compared_with_its_weekday(last_day: int, mails: int, is_odd: bool) -> None:
    found = nights(4, last_day, mails)
    assert found.value == mails
    assert found.usual == pytest.approx(WEEK[last_day], rel=0.15)
    assert differs(found) == is_odd


def test_nothing_is_usual_before_a_few_runs() -> None:
    found = last([100] * 6, days(6))
    assert (found.usual, found.low, found.note) == (None, None, "FEW_RUNS")
    assert last([100] * 7, days(7)).usual == 100


def test_a_run_after_a_missed_night_is_expected_to_hold_two() -> None:
    times = [*days(12), MONDAY + timedelta(days=13)]
    found = last([100] * 12 + [200], times)
    assert found.usual == pytest.approx(200)
    assert not differs(found)


def test_a_second_run_soon_after_the_first_is_expected_to_hold_little() -> None:
    times = [*days(20), days(20)[-1] + HOUR]
    found = last([240] * 20 + [9], times)
    assert found.usual == pytest.approx(10)
    assert not differs(found)


def test_hourly_runs_are_compared_with_the_same_hour_of_the_weekday() -> None:
    hours = [MONDAY + n * HOUR for n in range(24 * 28)]
    mails = [200 if 8 <= at.hour < 18 and at.weekday() < 5 else 4 for at in hours]
    at_nine = next(n for n, at in enumerate(hours) if n > 24 * 22 and at.hour == 9 and at.weekday() == 2)
    by_day = last([*mails[:at_nine], 3], hours[: at_nine + 1])
    assert by_day.usual == pytest.approx(200)
    assert differs(by_day)
    at_night = last([*mails[: at_nine + 14], 3], hours[: at_nine + 15])
    assert at_night.usual == pytest.approx(4)
    assert not differs(at_night)


def test_a_source_without_mail_appears_with_0() -> None:
    lake, both = Lake(volume), {RUN: slice_of(150), ("source", "a"): slice_of(100), ("source", "b"): slice_of(50)}
    for at in days(10):
        lake.run(both, at)
    found = lake.run({RUN: slice_of(100), ("source", "a"): slice_of(100)}, days(11)[-1])
    assert found["volume", "b"].value == 0
    assert found["volume", "b"].usual == 50
    assert differs(found["volume", "b"])
    assert not differs(found["volume", "a"])


def test_a_source_that_is_gone_for_good_is_no_longer_measured() -> None:
    lake = Lake(volume)
    for at in days(3):
        lake.run({RUN: slice_of(5), ("source", "a"): slice_of(5)}, at)
    lake.values = [one for one in lake.values if one.slice != "a"]  # beyond history_days
    assert set(lake.run({RUN: slice_of(5)}, days(4)[-1])) == {("volume", "")}


def test_a_replay_has_no_volume() -> None:
    lake = Lake(volume)
    assert lake.run(slice_of(0), MONDAY) == {}


def test_a_replay_is_not_the_run_before() -> None:
    """One hour before a nightly run: its mails are still those of a day, also for later runs."""
    lake, nights_ = Lake(volume), days(20)
    for at in nights_[:-2]:
        lake.run(slice_of(600), at)
    for at in nights_[-2:]:
        lake.add(slice_of(0), at - HOUR, [])
        found = lake.run(slice_of(600), at)["volume", ""]
        assert found.usual == pytest.approx(600)
        assert not differs(found)


def test_after_a_killed_run_neither_part_is_held_against_both_days() -> None:
    """The next run accounts for the mails of a day that the killed one left, and then for those of its own day."""
    lake, nights_ = Lake(volume), days(22)
    for at in nights_[:19]:
        lake.run(slice_of(300), at)
    left = lake.run(slice_of(300), nights_[20], is_resumed=True)["volume", ""]
    own = lake.run(slice_of(300), nights_[20])["volume", ""]
    assert [(one.value, one.usual, one.note) for one in (left, own)] == [(300, None, "FEW_RUNS")] * 2
    found = lake.run(slice_of(300), nights_[21])["volume", ""]
    assert found.usual == pytest.approx(300) and not differs(found)


def test_the_parts_of_a_resumed_run_are_one_to_later_runs() -> None:
    lake, nights_ = Lake(volume), days(9)
    lake.run(slice_of(300), nights_[0])
    for at in nights_[1:8]:
        lake.run(slice_of(200), at, is_resumed=True)
        lake.run(slice_of(100), at)
    assert lake.run(slice_of(300), nights_[8])["volume", ""].usual == pytest.approx(300)


def test_undisturbed_runs_rarely_differ() -> None:
    """Poisson counts of forty mails and ten sources: at most the stated rate of 5 % of runs."""
    rng, lake, odd = np.random.default_rng(11), Lake(volume), 0
    for at in days(70):
        counts = rng.poisson(4, 10)
        slices = {("source", f"s{n}"): slice_of(int(count)) for n, count in enumerate(counts)}
        found = lake.run({RUN: slice_of(int(counts.sum())), **slices}, at)
        odd += any(differs(one) for one in found.values() if one.usual is not None)
        lake.forget(at - timedelta(days=35))
    assert odd <= 4


DEAD = ["s00", "s03", "s06", "s09"]


def lists(nights: int, *, dead_from: int, weekly: bool = False, seed: int = 1) -> dict[int, dict[str, Measurement]]:
    """Twelve sources of 12 to 100 mails that vary by a quarter from day to day; each third dies."""
    rng, lake, found = np.random.default_rng(seed), Lake(volume), {}
    sizes = np.linspace(12, 100, 12)
    for night, at in enumerate(days(nights)):
        weekend = 0.3 if weekly and at.weekday() > 4 else 1.0
        counts = rng.poisson(sizes * weekend * rng.gamma(16, 1 / 16, 12))
        slices = {
            ("source", f"s{n:02}"): slice_of(int(count))
            for n, count in enumerate(counts)
            if count and (night < dead_from or n % 3)
        }
        measured = lake.run({RUN: slice_of(sum(one.published for one in slices.values())), **slices}, at)
        found[night] = {name: one for (_, name), one in measured.items()}
        lake.forget(at - timedelta(days=35))
    return found


def is_dead(one: Measurement) -> bool:
    """As conf/alerts.yaml asks for it."""
    assert one.usual is not None and one.high is not None
    return one.value == 0 and one.usual >= 5 and one.high / one.usual <= 0.95


@pytest.mark.parametrize(("night", "weekly"), [
    (15, False), (22, False), (25, False), (32, False), (38, False), (22, True), (28, True), (32, True), (38, True),
])  # fmt: skip
def test_a_dead_source_is_found_on_any_day_and_no_other(night: int, weekly: bool) -> None:
    found = lists(night + 1, dead_from=night, weekly=weekly)[night]
    assert [name for name, one in found.items() if name and is_dead(one)] == DEAD


def test_a_source_is_dead_on_the_next_nights_as_well() -> None:
    found = lists(26, dead_from=23)
    for night in (23, 24, 25):
        assert [name for name, one in found[night].items() if name and is_dead(one)] == DEAD


def test_twice_the_mail_is_found_after_four_weeks() -> None:
    lake, rng = Lake(volume), np.random.default_rng(2)
    for at in days(28):
        lake.run(slice_of(int(rng.poisson(600))), at)
    found = lake.run(slice_of(1200), days(29)[-1])["volume", ""]
    assert found.low is not None and found.usual is not None
    assert found.low / found.usual >= 1.2


def test_no_mail_where_five_are_usual_may_be_chance() -> None:
    """Its chance is exp(-5) a source and night."""
    rng, lake = np.random.default_rng(8), Lake(volume)
    sources = {("source", name): slice_of(5) for name in "abc"}
    for at in days(20):
        lake.run({RUN: slice_of(15), **{key: slice_of(int(rng.poisson(5))) for key in sources}}, at)
    found = lake.run({RUN: slice_of(10), **{key: sources[key] for key in list(sources)[:2]}}, days(21)[-1])
    assert found["volume", "c"].high == pytest.approx(5.08, abs=0.01)  # -log(0.05 / 4 / 2)
