"""Which runs are of the same weekday at a like time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from triage.monitoring.history.times import DAY, WEEK, are_alike, hour_of, tolerance_of

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(("starts", "hours"), [
    ([], 12), ([5.0], 12), ([0, 24, 48], 12), ([0, 48, 96], 12), ([0, 6, 12], 3), ([0, 1, 2], 0.5),
    ([0, 0.1, 0.2], 0.5), ([48, 0, 24, 24], 12), ([0, 24, 48, 72, 144], 12),
], ids=["none", "one", "nightly", "each second night", "each six hours", "hourly", "more often", "in any order",
        "nightly with a gap"])  # fmt: skip
def test_a_like_time_is_within_half_of_the_usual_time_between_runs(starts: list[float], hours: float) -> None:
    assert tolerance_of(starts) == hours


@pytest.mark.parametrize(("minutes", "period", "alike"), [
    (0, WEEK, True), (60, WEEK, True), (-60, WEEK, True), (12 * 60, WEEK, True), (13 * 60, WEEK, False),
    (24 * 60, WEEK, False), (24 * 60, DAY, True), (12 * 60 + 1, WEEK, False),
], ids=["to the minute", "after a clock change", "before midnight", "half a day", "more", "the day after",
        "another day", "just over half a day"])  # fmt: skip
def test_whole_periods_apart(minutes: int, period: float, alike: bool) -> None:
    before = hour_of(MIDNIGHT - timedelta(weeks=3, minutes=minutes))
    assert are_alike(np.array([before]), hour_of(MIDNIGHT), 12, period).tolist() == [alike]
