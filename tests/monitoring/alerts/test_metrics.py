"""The metrics of the watch itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.monitoring.alerts.builders import NOON
from triage.config import load_settings
from triage.monitoring.alerts.evaluation import evaluate
from triage.monitoring.alerts.metrics import METRICS, failures
from triage.monitoring.alerts.rules.load import load_alert_rules
from triage.monitoring.profiles.distributions import Counts
from triage.monitoring.profiles.profile import RUN, Profile, Slice
from triage.monitoring.record import RunRecord
from triage.monitoring.view import RunView

RUN_RECORD = RunRecord("batches-000001-000001", NOON, 60.0, (1,), 110, 100, 10, 60, 40)


def view_of(reasons: dict[str, int]) -> RunView:
    part = Slice(60, 40, {"reason": Counts(Counter(reasons))})
    return RunView(load_settings(), RUN_RECORD, Profile({RUN: part}))


def measured(name: str, view: RunView) -> tuple[float | None, float | None, int]:
    [metric] = [metric for metric in METRICS if metric.name == name]
    [one] = metric.measure(view)
    return one.value, one.usual, one.mails


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ({"EMPTY": 40}, (0.0, None, 0)),
        ({"GATE_unique(mail_key)": 30, "EMPTY": 10}, (1.0, None, 30)),
        ({"GATE_unique(mail_key)": 30, "GATE_not_null(body)": 35}, (2.0, None, 35)),
        ({}, (0.0, None, 0)),
    ],
    ids=["no gate", "one", "two that share mails", "no quarantine"],
)
def test_gates_are_counted_by_the_reasons_in_quarantine(
    reasons: dict[str, int], expected: tuple[float, float | None, int]
) -> None:
    assert measured("gate_failed", view_of(reasons)) == expected


def test_the_share_in_quarantine_stands_beside_what_the_settings_allow() -> None:
    view = view_of({"EMPTY": 40})
    limited = replace(view, settings=load_settings(overrides=["quality.max_quarantine_share=0.2"]))
    assert measured("quarantine_limit", limited) == (0.4, 0.2, 100)


@pytest.mark.parametrize(
    ("new", "quarantined", "is_raised"),
    [(1, 1, False), (2, 2, False), (5, 5, True), (10, 6, False), (1_000, 600, True), (1_000, 400, False)],
)
def test_few_mails_in_quarantine_prove_nothing(new: int, quarantined: int, is_raised: bool) -> None:
    """Half of the mails are allowed; an hour whose only mail is in quarantine says nothing of the share."""
    settings = load_settings(overrides=["quality.max_quarantine_share=0.5"])
    run = replace(RUN_RECORD, messages_new=new, messages_quarantined=quarantined)
    [metric] = [metric for metric in METRICS if metric.name == "quarantine_limit"]
    found = metric.measure(replace(view_of({}), settings=settings, record=run))
    alerts = evaluate(load_alert_rules(settings), found, [], NOON)
    assert [alert.rule for alert in alerts] == ["quarantine_high"] * is_raised


def test_refused_models_and_references_are_counted() -> None:
    view = replace(
        view_of({}), model_alerts=("one", "two"), references_refused=("three",), relabels_unfinished=("four",)
    )
    assert measured("model_refused", view)[0] == 2.0
    assert measured("reference_refused", view)[0] == 1.0
    assert measured("relabels_unfinished", view)[0] == 1.0


def test_what_failed_is_1_and_the_others_are_0() -> None:
    found = failures("sink_failed", "sink", ["webhook", "smtp"], ["smtp"])
    assert [(one.metric, one.by, one.slice, one.value) for one in found] == [
        ("sink_failed", "sink", "webhook", 0.0),
        ("sink_failed", "sink", "smtp", 1.0),
    ]
