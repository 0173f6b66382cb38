"""The account of a run whose process was killed after its stages: what it knows, and what it cannot know any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.pipeline.account.accounts import Nights
from triage.config import Settings
from triage.lake.tables import MEASURES, ROUTES, RUNS
from triage.pipeline import run as run_module
from triage.pipeline.account.account import routing_time
from triage.pipeline.account.results import RunFacts
from triage.pipeline.run import Run
from triage.telemetry.current import Stage

RUN_1 = "batches-000001-000001"
ROUTE: dict[str, Any] = {"mail_key": "m", "batch_id": 1, "queue": "hr", "priority": None, "due_at": None}
ROUTE |= {"rule": "default", "reason": "", "rules_version": "r"}


def test_times_and_cost_are_unknown(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    nights = Nights(settings, monkeypatch, {"is_whole": False})
    nights.night(1)
    [run] = nights.store.rows(RUNS, ("stage_seconds", "model_version"))
    assert (dict(run["stage_seconds"]), run["model_version"]) == ({}, "1")
    names = ["core_seconds", "cost_per_thousand", "energy", "workload.core_hours"]
    found = nights.store.rows(MEASURES, ("metric", "value", "note"), metric=names)
    assert {row["metric"]: (row["value"], row["note"]) for row in found} == dict.fromkeys(names, (None, "REPEATED"))


def test_mails_waited_until_their_batch_was_routed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Nights(settings, monkeypatch).store
    begin = datetime.now(UTC) - timedelta(seconds=1)
    store.append_rows(ROUTES, [ROUTE], 1)
    later = datetime.now(UTC) + timedelta(hours=9)
    assert begin < routing_time(store, 1, later) < begin + timedelta(minutes=5)
    assert routing_time(store, 2, later) == later, "the log does not know the batch"
    assert routing_time(store, 1, begin) == begin, "clocks of two machines"


class Killed(Run):
    """A run that finds routed batches, without Spark and keys."""

    def __init__(self, *whole: int) -> None:
        self.champion = None
        self.whole_batches = set(whole)
        self.store: Any = None
        self.is_broken = False

    def start_spark(self, *, is_small: bool = False) -> None:
        pass

    @contextmanager
    def stage(self, name: str, note: str = "") -> Iterator[Stage]:
        yield Stage(name, note)

    def load_champion(self) -> Any:
        if self.is_broken:
            raise ConnectionError("registry of jane")
        self.champion: Any = SimpleNamespace(version="7")
        return self.champion

    def facts(self) -> RunFacts:
        none: Any = None
        version = self.champion.version if self.champion else None
        return RunFacts(none, none, none, {}, version, (), "p", "r", none, none)


@pytest.fixture
def accounted(monkeypatch: pytest.MonkeyPatch) -> list[RunFacts]:
    found: list[RunFacts] = []
    monkeypatch.setattr(run_module, "unaccounted_batches", lambda _: range(3, 5))
    monkeypatch.setattr(run_module, "account", lambda facts, _: found.append(facts))
    return found


@pytest.mark.parametrize(("whole", "expected"), [((), False), ((4,), False), ((3, 4), True)], ids=str)
def test_the_model_is_known_and_whether_all_stages_are(
    accounted: list[RunFacts], whole: tuple[int, ...], expected: bool
) -> None:
    Killed(*whole).account()
    assert [(facts.model_version, facts.is_whole) for facts in accounted] == [("7", expected)]


def test_a_registry_that_does_not_answer_stops_no_account(
    accounted: list[RunFacts], caplog: pytest.LogCaptureFixture
) -> None:
    run = Killed()
    run.is_broken = True
    run.account()
    assert [facts.model_version for facts in accounted] == [None]
    assert "ConnectionError" in caplog.text and "jane" not in caplog.text
