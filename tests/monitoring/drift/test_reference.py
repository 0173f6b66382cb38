"""Which runs a run is compared with, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.monitoring.builders import RUN, run_with
from tests.monitoring.drift.population import USUAL
from triage.config import Settings
from triage.monitoring.drift.reference import (
    MOST_RUNS,
    WantedRuns,
    chosen_baseline,
    primary_of,
    references_of,
    wanted_runs,
)
from triage.monitoring.profiles.profile import Profile
from triage.monitoring.profiles.profile_file import ModelProfile
from triage.monitoring.record import RunRecord

LIMITS = Settings().monitoring
TODAY = datetime(2026, 11, 24, 2, tzinfo=UTC)  # a Tuesday
NOW = run_with(run_id="now", started_at=TODAY)


def _past(*days: float, mails: int = 500) -> list[RunRecord]:
    return [
        run_with(run_id=f"d{day:g}", started_at=TODAY - timedelta(days=day), messages_published=mails) for day in days
    ]


def _replays(*days: float) -> list[RunRecord]:
    return [replace(run, run_id=f"replay {run.run_id}", messages_read=0) for run in _past(*days)]


ROLLING = {
    "the same weekday": (_past(28, 21, 14, 7, 6, 1), ("d28", "d21", "d14", "d7")),
    "no more than four weeks": (_past(35, 21, 14), ("d21", "d14")),
    "a few minutes later each week": (_past(28.01, 7.01), ("d28.01", "d7.01")),
    "one such run only": (_past(7, 3, 1), ("d7", "d3", "d1")),
    "such runs are too small": ([*_past(14, 7, mails=50), *_past(1)], ("d14", "d7", "d1")),
    "earlier hours of the day": (_past(7, 0.25, 0.125), ("d7", "d0.25", "d0.125")),
    "an hour later since summer ended": (_past(15, 14.04, 13, 8, 7.04, 1), ("d14.04", "d7.04")),
    "two hours earlier, before midnight UTC": (_past(14.1, 7.1, 6.1, 1), ("d14.1", "d7.1")),
    "the same hour of an hourly job": (_past(14, *(n / 24 for n in range(7 * 24 + 2, 0, -1))), ("d14", "d7")),
    "replays": ([*_past(14, 7), *_replays(21, 7.1, 1)], ("d14", "d7")),
    "none": ([], ()),
    "later ones and itself": ([*_past(-1), NOW], ()),
}


@pytest.mark.parametrize(("past", "expected"), ROLLING.values(), ids=ROLLING)
def test_rolling_runs(past: list[RunRecord], expected: tuple[str, ...]) -> None:
    found = wanted_runs(NOW, past, [], LIMITS)
    assert found.rolling == expected
    assert set(found.rolling) <= set(found.whole) and "now" not in found.spread


def test_of_an_hourly_job_with_little_mail_runs_lie_evenly_over_the_weeks() -> None:
    past = _past(*(hours / 24 for hours in range(28 * 24, 0, -1)), mails=40)
    found = wanted_runs(NOW, past, [], LIMITS)
    assert len(found.rolling) == len(found.spread) == MOST_RUNS
    weeks = {run.run_id: round((TODAY - run.started_at).days / 7) for run in past}
    assert {weeks[run] for run in found.rolling} >= {1, 2, 3, 4}
    assert set(found.only_run) == set(found.spread) - set(found.rolling)


def _decision(number: int, action: str, *runs: str) -> dict[str, Any]:
    at = TODAY - timedelta(days=30 - number)
    return {"baseline_id": f"b{number}", "decided_at": at, "action": action, "run_ids": list(runs)}


DECISIONS = {
    "none": ([], None),
    "the latest": ([_decision(2, "set", "y"), _decision(1, "set", "x")], "b2"),
    "given up": ([_decision(1, "set", "x"), _decision(2, "reset")], None),
}


@pytest.mark.parametrize(("rows", "expected"), DECISIONS.values(), ids=DECISIONS)
def test_the_baseline_in_force(rows: list[dict[str, Any]], expected: str | None) -> None:
    found = chosen_baseline(rows)
    assert (found["baseline_id"] if found else None) == expected
    assert wanted_runs(NOW, [], rows, LIMITS).chosen == (("y",) if expected else ())


def _rows(*runs: str, taxonomy: str = "t") -> list[dict[str, Any]]:
    draw = np.random.default_rng(4)
    return [
        {"run_id": run, "by": by, "slice": value, "profile": part.encode(), "taxonomy_version": taxonomy}
        for run in runs
        for (by, value), part in USUAL.run(100, draw).slices.items()
    ]


def test_references_are_sums_of_their_runs() -> None:
    rows = _rows("a", "b", "c")
    model = ModelProfile(USUAL.run(50, np.random.default_rng(1)), "t")
    found = references_of(WantedRuns(("a",), ("b", "c"), ("a", "b", "c")), rows, model, "t")
    sizes = {name: (one.profile.run.published, one.runs) for name, one in found.found.items()}
    assert sizes == {"chosen": (100, ("a",)), "rolling": (200, ("b", "c")), "model": (50, ())}
    assert found.refused == ()
    chosen = primary_of(found.found)
    assert chosen is not None and chosen.name == "chosen"
    assert dict(found.found["rolling"].dispersion) == {}, "three runs do not tell it"


def test_the_dispersion_is_that_of_all_runs_of_the_weeks() -> None:
    runs = tuple("abcdef")
    found = references_of(WantedRuns((), ("a",), runs), _rows(*runs), None, "t")
    assert found.found["rolling"].runs == ("a",)
    assert all(value >= 1 for value in found.found["rolling"].dispersion.values())
    assert "language" in found.found["rolling"].dispersion


def test_another_taxonomy_is_refused_and_the_rest_goes_on() -> None:
    rows = [*_rows("a", "b"), *_rows("old", taxonomy="u")]
    model = ModelProfile(Profile(), "u")
    found = references_of(WantedRuns(("old",), ("a", "b", "old"), ()), rows, model, "t")
    assert {name: one.runs for name, one in found.found.items()} == {"rolling": ("a", "b")}
    assert [sentence.split(" (")[0] for sentence in found.refused] == [
        "The chosen baseline is of another taxonomy",
        "The profile stored with the label model is of another taxonomy",
    ]


def test_a_chosen_run_without_profile_is_refused() -> None:
    found = references_of(WantedRuns(("a", "gone"), ("a",), ()), _rows("a"), None, "t")
    assert set(found.found) == {"rolling"}
    assert "gone has no readable profile" in found.refused[0]


def test_the_run_itself_is_no_part_of_its_reference() -> None:
    assert RUN.run_id not in wanted_runs(RUN, [RUN], [], LIMITS).spread


def test_a_run_with_a_broken_row_is_left_out_and_drift_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    rows = _rows("a", "b")
    broken = [rows[0] | {"profile": b"no profile of jane"}, *rows[1:]]
    found = references_of(WantedRuns((), ("a", "b"), ("a", "b")), broken, None, "t")
    assert found.found["rolling"].runs == ("b",)
    assert "of a cannot be decoded" in caplog.text and "jane" not in caplog.text
