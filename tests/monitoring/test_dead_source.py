"""A source that gives nothing for days and weeks, under the rules that ship."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest

from tests.monitoring.alerts.builders import Runs
from tests.monitoring.views import MONDAY, Lake, slice_of
from triage.config import load_settings
from triage.monitoring.alerts.rules.load import load_alert_rules
from triage.monitoring.profiles.profile import RUN
from triage.monitoring.quality.volume import volume

DAY = timedelta(days=1)


def told(dead: range, nights: int) -> Iterator[tuple[int, str, bool]]:
    """By night what is said of a source of 60 mails that gives none on some of them, and whether it is sent."""
    lake, rng = Lake(volume), np.random.default_rng(3)
    runs = Runs(load_alert_rules(load_settings()))
    for night in range(nights):
        counts = {"a": int(rng.poisson(90)), "b": 0 if night in dead else int(rng.poisson(60))}
        slices = {("source", name): slice_of(count) for name, count in counts.items() if count}
        measured = lake.run({RUN: slice_of(sum(counts.values())), **slices}, MONDAY + night * DAY)
        for alert in runs.run(*measured.values(), later=DAY):
            if alert.rule == "dead_source":
                assert alert.slice == "b"
                yield night, alert.state, alert.is_news
        lake.forget(MONDAY + (night - 35) * DAY)


@pytest.mark.parametrize("first", [10, 24, 40])
def test_three_dead_nights_are_one_alert_that_ends_with_the_first_mail(first: int) -> None:
    found = list(told(range(first, first + 3), first + 5))
    assert found == [
        (first, "raised", True),
        (first + 1, "open", False),
        (first + 2, "open", False),
        (first + 3, "resolved", True),
    ]


def test_four_dead_weeks_are_said_again_every_three_days_until_mail_comes() -> None:
    found = list(told(range(30, 58), 60))
    assert [night for night, state, _ in found if state != "resolved"] == list(range(30, 58))
    assert [night for night, state, _ in found if state == "raised"] == list(range(30, 58, 3))
    assert found[-1] == (58, "resolved", True)
