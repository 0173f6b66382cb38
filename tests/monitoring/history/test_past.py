"""Measurements of earlier runs by slice."""

from __future__ import annotations

from datetime import timedelta

from tests.monitoring.views import MONDAY
from triage.monitoring.history.past import Past
from triage.monitoring.view import PastValue

KEY = ("source", "a")


def value(day: int, metric: str, share: float | None, mails: int, name: str = "a") -> PastValue:
    return PastValue(f"run-{day}", MONDAY + timedelta(days=day), metric, "source", name, share, mails)


VALUES = [
    value(1, "volume", 10, 10),
    value(1, "language_share.es", 0.5, 8),
    value(2, "volume", 4, 4),
    value(3, "volume", 0, 0),
    value(4, "volume", None, 9),
    value(5, "volume", 7, 7, "b"),
]


def test_shares_are_those_of_the_slice_in_runs_with_mail() -> None:
    past = Past(lambda name: [one for one in VALUES if one.metric == name])
    assert past.shares("language_share.es", KEY) == [(4.0, 8.0)]
    assert past.shares("language_share.es", KEY, absent_in="volume") == [(4.0, 8.0), (0.0, 4.0)]
    assert past.shares("language_share.pl", KEY) == []
    assert [one.run_id for one in past.of("volume", ("source", "b"))] == ["run-5"]


def test_a_history_is_asked_once_for_a_metric() -> None:
    asked: list[str] = []

    def history(name: str) -> list[PastValue]:
        asked.append(name)
        return VALUES

    past = Past(history)
    for _ in range(3):
        past.of("volume", KEY)
    assert asked == ["volume"]
