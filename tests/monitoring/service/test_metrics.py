"""Service levels: which attempts count, what is late, and how fast an error budget is used up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.monitoring.views import MONDAY, Lake, days, past_values, settings_with, slice_of, view_of
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN, Slice, SliceKey
from triage.monitoring.service.attempts import Attempt
from triage.monitoring.service.jobs import counted, ended
from triage.monitoring.service.metrics import METRICS
from triage.monitoring.view import RunView
from triage.monitoring.watch import measure

HOUR = timedelta(hours=1)


def attempt(start: float, end: float | None = None, code: int | None = 0, job: str = "nightly") -> Attempt:
    """An attempt by hours from Monday."""
    at = MONDAY + start * HOUR
    if end is None:
        return Attempt(f"{start}", job, at)
    return Attempt(f"{start}", job, at, MONDAY + end * HOUR, code)


def measured(view: RunView) -> tuple[Measurement, ...]:
    found = measure(view, METRICS)
    assert found.failed == ()
    return found.measurements


def by_name(view: RunView) -> Mapping[tuple[str, str], Measurement]:
    return {(one.metric, one.slice): one for one in measured(view)}


def later_run(now: Mapping[SliceKey, Slice] | Slice, **changes: Any) -> RunView:
    """A run a day after another one; of a lake's first run no time is promised."""
    return view_of(now, past=[view_of(slice_of(1), MONDAY - 24 * HOUR)], **changes)


ATTEMPTS: dict[str, tuple[list[Attempt], list[bool]]] = {
    "all succeed": ([attempt(0, 1), attempt(24, 25)], [True, True]),
    "one fails": ([attempt(0, 1, 1), attempt(24, 25)], [False, True]),
    "a wrong setting": ([attempt(0, 0.1, 2)], [False]),
    "at work still": ([attempt(0, 1), attempt(24)], [True]),
    "killed, and started again": ([attempt(0), attempt(1, 2)], [False, True]),
    "killed, and started again just now": ([attempt(0), attempt(1)], [False]),
    "at work while another is refused": ([attempt(0), attempt(1, 1.01, 75)], []),
    "refused while another was at work": ([attempt(0, 3), attempt(1, 1.01, 75)], [True]),
    "a service that does not answer": ([attempt(0, 1, 75), attempt(2, 3)], [False, True]),
    "stopped by a person": ([attempt(0, 1, 130), attempt(2, 3)], [True]),
}


@pytest.mark.parametrize(("given", "succeeded"), ATTEMPTS.values(), ids=ATTEMPTS)
def test_which_attempts_count(given: Sequence[Attempt], succeeded: list[bool]) -> None:
    assert [one.succeeded for one in ended(given)] == succeeded


SET_UP: dict[str, tuple[list[Attempt], int]] = {
    "wrong input before the first success": ([attempt(-9, -9, 2), attempt(-8, -8, 2), attempt(-7, -6)], 1),
    "wrong input before this run": ([attempt(-9, -9, 2), attempt(-8, -7, 1)], 1),
    "wrong input later": ([attempt(-9, -8), attempt(-7, -7, 2)], 2),
}


@pytest.mark.parametrize(("given", "count"), SET_UP.values(), ids=SET_UP)
def test_who_sets_up_a_lake_tries_until_it_works(given: list[Attempt], count: int) -> None:
    assert len(counted(view_of(slice_of(10), attempts=given))) == count
    before = view_of(slice_of(10), MONDAY - 100 * HOUR)
    assert len(counted(view_of(slice_of(10), past=[before], attempts=given))) == len(given)


def test_job_success_is_of_the_window() -> None:
    given = [attempt(-24 * 40, -24 * 40 + 1, 1), *(attempt(-24 * n, -24 * n + 1, int(n == 3)) for n in range(1, 21))]
    found = by_name(view_of(slice_of(10), attempts=given))["job_success", ""]
    assert (found.value, found.note) == (0.95, "")
    assert found.low == pytest.approx(0.7513, abs=1e-4)  # of 19 in 20: scipy.stats.binomtest(19, 20).proportion_ci()
    assert found.high == pytest.approx(0.9987, abs=1e-4)


@pytest.mark.parametrize(("given", "hours"), [
    ([attempt(-24, -23)], 0), ([attempt(-30, -29)], 6), ([attempt(-48, -47), attempt(-24, -23, 1)], 24),
    ([attempt(-48, -47), attempt(-24)], 24), ([attempt(-48, -47), attempt(-1, -0.5, job="replay")], 24),
    ([attempt(-1, -0.5)], 0),
], ids=["in time", "six hours late", "after a failed one", "after a killed one", "a replay", "early"])  # fmt: skip
def test_lateness_is_since_the_last_success(given: list[Attempt], hours: float) -> None:
    found = by_name(view_of(slice_of(10), attempts=[*given, attempt(0)]))["lateness", ""]
    assert found.value == pytest.approx(hours)


def test_lateness_is_known_from_records_where_the_log_is_lost() -> None:
    before = view_of(slice_of(10), MONDAY - 36 * HOUR)
    assert by_name(view_of(slice_of(10), past=[before]))["lateness", ""].value == 12


def test_a_replay_hides_no_late_run_and_is_not_late_itself() -> None:
    before, replay = (view_of(slice_of(mails), MONDAY - hours * HOUR) for mails, hours in ((10, 36), (0, 1)))
    assert by_name(view_of(slice_of(10), past=[before, replay]))["lateness", ""].value == 12
    assert ("lateness", "") not in by_name(view_of(slice_of(0), past=[before]))


def weeks(count: int, *missed: int) -> list[Attempt]:
    """Nightly runs from Monday to Friday before Monday, without those of some days before it."""
    nights = [n for n in range(7 * count, 2, -1) if n % 7 not in (1, 2) and n not in missed]
    return [attempt(-24 * n, -24 * n + 1) for n in nights]


@pytest.mark.parametrize(("given", "hours"), [
    (weeks(4), 0), (weeks(1), 48), (weeks(4, 3), 72), (weeks(4, 10), 0), ([*weeks(4), attempt(-24, -23)], 0),
], ids=["at rest at weekends", "not known", "missed on Friday", "missed one before", "worked on Sunday"])  # fmt: skip
def test_a_job_that_rests_at_weekends_is_not_late_on_mondays(given: list[Attempt], hours: float) -> None:
    found = by_name(view_of(slice_of(10), attempts=[*given, attempt(0)]))["lateness", ""]
    assert found.value == pytest.approx(hours)


def test_on_the_day_after_its_day_it_is_late_by_a_day() -> None:
    found = by_name(view_of(slice_of(10), MONDAY + 24 * HOUR, attempts=[*weeks(4), attempt(24)]))["lateness", ""]
    assert found.value == pytest.approx(24)


WAITS = {"1": 90, "27": 3, "30": 5, "60": 2}
"""Mails by hours; promised are 26 for most and 50 for nearly all."""


def test_the_share_routed_in_time_is_beside_its_targets() -> None:
    found = by_name(later_run({RUN: slice_of(100, hours_waited=WAITS), ("queue", "sales"): slice_of(0)}))
    assert [found[name, ""].value for name in ("routed_in_time", "routed_in_time.nearly_all")] == [0.9, 0.98]
    assert [found[name, ""].note for name in ("routed_in_time", "routed_in_time.nearly_all")] == ["FEW_RUNS"] * 2
    assert found["oldest_unrouted", ""].value == 60


@pytest.mark.parametrize(("late", "note"), [(0, "FEW_RUNS"), (8, "FEW_RUNS"), (20, "BELOW_TARGET")])
def test_a_share_that_is_surely_too_low_says_so(late: int, note: str) -> None:
    """Of 100 mails 95 must be in time; 8 late ones may be chance, 20 are none."""
    part = slice_of(100, hours_waited={"1": 100 - late, "30": late})
    assert by_name(later_run(part))["routed_in_time", ""].note == note


def test_jobs_that_surely_succeed_too_rarely_say_so() -> None:
    given = [attempt(-24 * n, -24 * n + 1, int(n % 2 == 0)) for n in range(1, 21)]
    assert by_name(view_of(slice_of(10), attempts=given))["job_success", ""].note == "BELOW_TARGET"


@pytest.mark.parametrize(("hours", "share"), [("0", 1), ("26", 1), ("27", 0)])
def test_the_promised_hour_is_in_time(hours: str, share: float) -> None:
    assert by_name(later_run(slice_of(1, hours_waited={hours: 1})))["routed_in_time", ""].value == share


def test_old_mail_that_is_added_later_breaks_no_promise() -> None:
    old = {"more": 50}
    states = {"in_time": 100, "overdue": 50}
    found = by_name(later_run(slice_of(150, hours_waited={**WAITS, **old}, due_state=states)))
    assert (found["routed_in_time", ""].value, found["routed_in_time", ""].mails) == (0.9, 100)
    assert found["oldest_unrouted", ""].value == 60
    assert found["overdue", ""].value == pytest.approx(1 / 3)
    only = by_name(later_run(slice_of(50, hours_waited=old, due_state={"overdue": 50})))
    assert {(name, one.value, one.note) for (name, _), one in only.items() if one.note} == {
        ("routed_in_time", None, "BACKFILL"),
        ("overdue", None, "BACKFILL"),
    }


def test_a_planned_batch_that_waits_is_the_oldest() -> None:
    view = later_run(slice_of(100, hours_waited=WAITS), oldest_planned_at=MONDAY - 200 * HOUR)
    assert by_name(view)["oldest_unrouted", ""].value == 200


def test_overdue_mail_is_compared_with_earlier_runs() -> None:
    lake = Lake(measured)
    for at in days(12):
        lake.run({RUN: slice_of(400), ("queue", "hr"): overdue_of(8)}, at)
    usual = lake.run({RUN: slice_of(400), ("queue", "hr"): overdue_of(9)}, days(13)[-1])["overdue", "hr"]
    odd = lake.run({RUN: slice_of(400), ("queue", "hr"): overdue_of(60)}, days(14)[-1])["overdue", "hr"]
    assert usual.low is not None and usual.usual is not None and odd.low is not None and odd.usual is not None
    assert usual.low < usual.usual < odd.low
    assert odd.value == 0.3


IMPORT = {str(24 * day): 10 for day in range(1, 15)}
"""Two weeks of mail at once."""

BACKFILLS: dict[str, tuple[RunView, bool]] = {
    "the first run": (view_of(slice_of(100, hours_waited=WAITS)), True),
    "two weeks of mail at once": (later_run(slice_of(140, hours_waited=IMPORT)), True),
    "a run after two weeks without any": (
        view_of(slice_of(140, hours_waited=IMPORT), past=[view_of(slice_of(1), MONDAY - 14 * 24 * HOUR)]),
        False,
    ),
    "a source that is always three days late": (
        later_run(slice_of(48, hours_waited={str(72 + hour): 2 for hour in range(24)})),
        False,
    ),
}


@pytest.mark.parametrize(("view", "is_backfill"), BACKFILLS.values(), ids=BACKFILLS)
def test_a_backfill_uses_up_no_budget(view: RunView, is_backfill: bool) -> None:
    found = by_name(view)
    assert (found["routed_in_time", ""].note == "BACKFILL") == is_backfill
    assert ("burn_rate.routed", "") in found if not is_backfill else ("burn_rate.routed", "") not in found


def test_a_replay_uses_up_no_budget() -> None:
    view = later_run(slice_of(100, hours_waited={"100": 100}))
    replay = replace(view, record=replace(view.record, batches=(3,), messages_read=0, messages_new=0))
    assert ("burn_rate.routed", "") in by_name(view) and ("burn_rate.routed", "") not in by_name(replay)


def test_an_old_export_beside_usual_mail_uses_up_no_budget() -> None:
    old = slice_of(140, hours_waited=IMPORT)
    usual = slice_of(300, hours_waited={"3": 299, "30": 1})
    both = slice_of(440, hours_waited={**IMPORT, "3": 299, "30": 1})
    found = by_name(later_run({RUN: both, ("source", "old"): old, ("source", "usual"): usual}))
    assert (found["routed_in_time", ""].value, found["routed_in_time", ""].mails) == (299 / 300, 300)
    assert found["routed_in_time", "old"].note == "BACKFILL"


@pytest.mark.parametrize(("waits", "hours"), [
    ({"2": 99, "200": 1}, 2), ({"2": 98, "200": 2}, 200), ({"2": 1990, "200": 10}, 2), ({"2": 1989, "200": 11}, 200),
], ids=["one of a hundred", "two of a hundred", "a half per cent", "more"])  # fmt: skip
def test_the_oldest_mail_is_one_of_several(waits: Mapping[str, int], hours: float) -> None:
    found = by_name(later_run(slice_of(sum(waits.values()), hours_waited=waits)))
    assert found["oldest_unrouted", ""].value == hours


def test_jobs_that_fail_every_other_night_use_up_their_budget() -> None:
    given = [attempt(-24 * n, -24 * n + 1, n % 2) for n in range(1, 8)]
    found = by_name(view_of(slice_of(10), attempts=given))
    assert found["burn_rate.jobs", ""].value == pytest.approx(1 / 3 / 0.05)
    assert found["job_success", ""].note == "BELOW_TARGET"


def overdue_of(count: int) -> Any:
    return slice_of(200, due_state={"in_time": 200 - count, "overdue": count, "none": 30})


def routed_before(*shares: float, start: datetime = MONDAY) -> Any:
    """A history of nights before `start`, the last of which is a day before it, with a hundred mails each."""
    values = []
    for n, share in enumerate(shares):
        view = view_of(slice_of(100), start - (len(shares) - n) * 24 * HOUR)
        names = ("routed_in_time", "routed_in_time.nearly_all")
        values += past_values(view, [Measurement(name, share, mails=100) for name in names])
    return lambda name: [one for one in values if one.metric == name]


BUDGETS: dict[str, tuple[tuple[float, ...], float, float, float]] = {
    # shares routed in time in earlier nights, and now: left of the budget, and the burn rate
    "never late": ((1.0,) * 9, 1.0, 1.0, 0.0),
    "as late as allowed": ((0.95,) * 9, 0.95, 0.0, 1.0),
    "late now, and yesterday": ((1.0,) * 8 + (0.8,), 0.8, 0.2, 2.667),
    "late now, but not before": ((1.0,) * 9, 0.7, 0.4, 2.0),
    "late before, but not now": ((1.0,) * 7 + (0.7, 0.7), 1.0, -0.2, 0.0),
}


@pytest.mark.parametrize(("before", "now", "left", "burn"), BUDGETS.values(), ids=BUDGETS)
def test_a_budget_is_used_up(before: tuple[float, ...], now: float, left: float, burn: float) -> None:
    late = round(100 * (1 - now))
    part = slice_of(100, hours_waited={"1": 100 - late, "30": late})
    found = by_name(later_run(part, history=routed_before(*before)))
    assert found["budget_left.routed", ""].value == pytest.approx(left, abs=1e-3)
    assert found["burn_rate.routed", ""].value == pytest.approx(burn, abs=1e-3)


def test_what_is_older_than_the_window_is_forgiven() -> None:
    view = later_run(slice_of(100, hours_waited={"1": 100}), history=routed_before(0.0, *(1.0,) * 30))
    assert by_name(view)["budget_left.routed", ""].value == 1


def test_jobs_have_a_budget_of_their_own() -> None:
    given = [attempt(-24 * n, -24 * n + 1, int(n == 3)) for n in range(1, 21)]
    found = by_name(view_of(slice_of(10), attempts=given))
    assert found["budget_left.jobs", ""].value == pytest.approx(1 - 1 / 21 / 0.05)
    assert found["burn_rate.jobs", ""].value == 0


def test_targets_are_settings() -> None:
    settings = settings_with("service.routed_within_hours=40", "service.routed_target=0.9")
    view = replace(later_run(slice_of(100, hours_waited=WAITS)), settings=settings)
    found = by_name(view)["routed_in_time", ""]
    assert found.value == 0.98
    assert by_name(view)["budget_left.routed", ""].value == pytest.approx(0.8)
