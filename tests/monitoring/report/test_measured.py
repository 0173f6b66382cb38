"""What changed, and the tables of measurements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.monitoring.builders import RUN, run_with
from triage.monitoring.facts import ReportFacts
from triage.monitoring.measurement import Measurement, Metric
from triage.monitoring.record import RunRecord
from triage.monitoring.report.changes import changes, last_run, week_earlier
from triage.monitoring.report.data import ReportData
from triage.monitoring.report.measured import MOST_LINES, basis, groups
from triage.monitoring.report.texts import texts
from triage.monitoring.view import PastValue

WORDS = texts("en")


def _earlier(name: str, before: timedelta, **more: int) -> RunRecord:
    return run_with(run_id=name, started_at=RUN.started_at - before, **more)


def _data(past: Sequence[RunRecord], measured: Sequence[Measurement] = (), old: Sequence[PastValue] = ()) -> ReportData:
    return ReportData(
        RUN,
        ReportFacts(),
        past=past,
        measurements=measured,
        history=lambda name: [value for value in old if value.metric == name],
    )


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        ([24 * 7], 0),
        ([24 * 8, 24 * 7 + 1, 24 * 6], 1),
        ([24 * 6 + 1, 2], 0),
        ([24 * 9, 24 * 5], None),
        ([], None),
        ([24 * 8], 0),
    ],
    ids=["a week ago", "the nearest", "almost a day off", "too far off", "no run", "a day off"],
)
def test_the_run_of_a_week_ago(hours: list[int], found: int | None) -> None:
    past = [_earlier(f"r{place}", timedelta(hours=hour)) for place, hour in enumerate(hours)]
    week = week_earlier(_data(past))
    assert week == (None if found is None else past[found])


def test_the_last_run_is_the_newest_of_the_past() -> None:
    past = [_earlier("a", timedelta(days=2)), _earlier("b", timedelta(days=1))]
    found = last_run(_data(past))
    assert found is not None
    assert found.run_id == "b"


def test_a_first_run_has_nothing_to_compare_with() -> None:
    assert changes(_data([], [Measurement("abstention.kind", 0.1)]), WORDS) == []


def test_counts_stand_beside_both_earlier_runs() -> None:
    past = [_earlier("w", timedelta(days=7), messages_new=4), _earlier("l", timedelta(days=1), messages_new=5)]
    found = {one.name: one for one in changes(_data(past), WORDS)}
    new = found["new messages"]
    assert (new.now, new.last, new.week) == (10, 5, 4)
    quarantine = found["in quarantine"]
    assert (quarantine.now, quarantine.last, quarantine.week) == (0.1, 0.2, 0.25)


def test_measurements_stand_beside_those_of_the_same_slice() -> None:
    past = [_earlier("w", timedelta(days=7)), _earlier("l", timedelta(days=1))]
    old = [
        PastValue(run.run_id, run.started_at, "routed", "queue", queue, value, 1)
        for run, queue, value in ((past[0], "hr", 7.0), (past[1], "hr", 8.0), (past[1], "it", 99.0))
    ]
    found = changes(_data(past, [Measurement("routed", 9.0, "queue", "hr", mails=9)], old), WORDS)[-1]
    assert (found.name, found.unit, found.now, found.last, found.week) == ("routed · hr", "mails", 9.0, 8.0, 7.0)


def test_heads_are_compared_by_their_mean_where_all_are_known() -> None:
    past = [_earlier("w", timedelta(days=7)), _earlier("l", timedelta(days=1))]
    heads = (("kind", 0.1, 0.3), ("category", 0.2, 0.5))
    old = [PastValue("l", past[1].started_at, f"abstention.{head}", "run", "", last, 1) for head, _, last in heads]
    old.append(PastValue("w", past[0].started_at, "abstention.kind", "run", "", 0.7, 1))
    measured = [Measurement(f"abstention.{head}", now, mails=9) for head, now, _ in heads]
    mean, *parts = changes(_data(past, measured, old), WORDS)[6:]
    assert (mean.name, mean.is_part) == ("abstention (mean of heads)", False)
    assert [mean.now, mean.last] == pytest.approx([0.15, 0.4])
    assert mean.week is None
    assert [(part.name, part.is_part) for part in parts] == [
        ("abstention · category", True),
        ("abstention · kind", True),
    ]


def test_slices_and_unknown_values_are_no_changes() -> None:
    measured = [Measurement("abstention.kind", 0.1, "language", "de"), Measurement("abstention.kind", None)]
    found = changes(_data([_earlier("l", timedelta(days=1))], measured), WORDS)
    assert not [one for one in found if one.name.startswith("abstention")]


def _metric(name: str = "abstention") -> Metric:
    return Metric(name, "performance", "share", ("run", "language"), "Mails left to people.", lambda _: ())


def test_all_mails_are_shown_and_usual_slices_are_folded() -> None:
    measured = [
        Measurement("abstention.kind", 0.2, "run", "", 0.1, 0.3, 0.2, 900),
        Measurement("abstention.kind", 0.2, "language", "de", 0.1, 0.3, 0.2, 500),
        Measurement("abstention.kind", 0.6, "language", "fr", 0.5, 0.7, 0.2, 300),
        Measurement("abstention.kind", None, "language", "xx", mails=3, note="TOO_FEW_MAILS"),
    ]
    (group,) = groups("performance", _data([], measured), WORDS, [_metric()])
    assert [(line.of, line.slice) for line in group.shown] == [("kind", ""), ("kind", "fr")]
    assert [(line.slice, line.note) for line in group.folded] == [("de", ""), ("xx", "There are too few mails to say.")]
    assert group.shown[1].is_unusual
    assert (group.name, group.unit, group.more) == ("abstention", "share", 0)


def test_heads_that_cannot_be_known_for_one_reason_share_a_line() -> None:
    notes = (("category", "TOO_FEW_MAILS"), ("kind", "TOO_FEW_MAILS"), ("priority", "MAIL_MOVED"))
    measured = [Measurement(f"abstention.{head}", None, mails=3, note=note) for head, note in notes]
    measured.append(Measurement("abstention.sentiment", 0.5, mails=9))
    (group,) = groups("performance", _data([], measured), WORDS, [_metric()])
    assert [line.of for line in group.shown] == ["category, kind", "priority", "sentiment"]
    assert group.folded == []


def test_many_slices_are_bounded_to_those_with_most_mails() -> None:
    measured = [Measurement("abstention", 0.5, "language", f"l{mails}", mails=mails) for mails in range(100)]
    (group,) = groups("performance", _data([], measured), WORDS, [_metric()])
    lines = [*group.shown, *group.folded]
    assert {line.mails for line in lines} == set(range(100 - MOST_LINES, 100))
    assert group.more == 100 - MOST_LINES


def test_a_name_that_only_begins_alike_is_another_metric() -> None:
    measured = [Measurement("abstention_limit", 0.5)]
    assert groups("performance", _data([], measured), WORDS, [_metric()]) == []
    assert groups("fairness", _data([], [Measurement("abstention", 0.5)]), WORDS, [_metric()]) == []


@pytest.mark.parametrize(
    ("expected", "realized", "which"),
    [(0.9, None, "expected"), (0.9, 0.8, "realized"), (None, None, "unknown")],
)
def test_the_page_says_which_accuracy_it_is(expected: float | None, realized: float | None, which: str) -> None:
    measured = [
        Measurement("expected_accuracy.kind", expected, note="" if expected else "NO_CALIBRATION"),
        Measurement("realized_accuracy.kind", realized, note="AUDITED" if realized else "NO_CORRECTIONS"),
    ]
    assert basis(measured) == which
    assert basis([]) == ""


@pytest.mark.parametrize(
    ("notes", "which"),
    [(["AUDITED"], "realized"), (["NOT_RANDOM"], "chosen"), (["AUDITED", "NOT_RANDOM"], "chosen")],
    ids=["random audits", "only what people moved", "one head of each"],
)
def test_accuracy_is_called_measured_only_where_audits_are_random(notes: list[str], which: str) -> None:
    realized = [Measurement(f"realized_accuracy.{n}", 0.0, mails=1, note=note) for n, note in enumerate(notes)]
    assert basis([Measurement("expected_accuracy.kind", 0.9), *realized]) == which


def test_an_interval_without_a_usual_value_is_not_unusual() -> None:
    (group,) = groups("performance", _data([], [Measurement("abstention", 0.5, low=0.4, high=0.6)]), WORDS, [_metric()])
    line = group.shown[0]
    assert not line.is_unusual
    assert replace(line, usual=0.7).is_unusual
    assert not replace(line, usual=0.6).is_unusual
