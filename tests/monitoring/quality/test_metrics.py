"""The metrics of data quality: what each counts, and which fault moves which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.monitoring.views import Lake, days, settings_with, slice_of, view_of
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.profile import RUN, Slice
from triage.monitoring.quality.metrics import METRICS
from triage.monitoring.view import Reference, RunView
from triage.monitoring.watch import measure

COLUMNS = ("subject", "body", "sender", "recipients", "sent_at", "message_token", "thread_token")


def measured(view: RunView) -> tuple[Measurement, ...]:
    found = measure(view, METRICS)
    assert found.failed == ()
    return found.measurements


def night(rng: np.random.Generator, mails: int = 300, **changes: Any) -> Slice:
    """A usual night; `changes` replace features."""
    few = int(rng.binomial(mails, 0.03))
    usual: dict[str, Any] = {
        "present": {name: mails - int(rng.binomial(mails, 0.02)) for name in COLUMNS},
        "valid": dict.fromkeys(("language_known", "date_plausible", "body_not_garbled"), mails - few),
        "marks": {"CHARSET_GUESSED": few},
        "language": {"de": mails - mails // 3, "en": mails // 3},
        "reason": {"EMPTY": 2},
        "hours_to_route": rng.exponential(2, mails),
    }
    return slice_of(mails, 2, **{**usual, **changes})


VIEW = view_of(
    {
        RUN: slice_of(
            90,
            10,
            present={"subject": 81, "body": 90},
            valid={"language_known": 45},
            marks={"CHARSET_GUESSED": 9, "NO_NER": 3},
            language={"de": 60, "pl": 30},
            reason={"EMPTY": 4, "RESIDUE": 6},
            hours_to_route=[5.0, 1.5, 30.0],
        ),
        ("source", "a"): slice_of(0, 10, reason={"EMPTY": 10}),
    },
    counts=[
        {"stage": "anonymize", "measure": "tagger_fallback", "value": 25.0},
        {"stage": "entities", "measure": "PERSON", "value": 99.0},
    ],
)


@pytest.mark.parametrize(("metric", "by", "value", "mails"), [
    ("volume", "", 100, 100), ("volume", "a", 10, 10), ("freshness", "", 1.5, 3),
    ("completeness.subject", "", 0.9, 90), ("completeness.body", "", 1.0, 90), ("completeness.sender", "", 0.0, 90),
    ("validity.language_known", "", 0.5, 90), ("charset_repaired", "", 0.1, 90),
    ("language_share.pl", "", 1 / 3, 90), ("quarantine_share", "", 0.1, 100), ("quarantine_share", "a", 1.0, 10),
    ("quarantine_share.EMPTY", "", 0.04, 100), ("quarantine_share.EMPTY", "a", 1.0, 10),
    ("detector_fallback", "", 0.25, 100),
])  # fmt: skip
def test_what_a_metric_counts(metric: str, by: str, value: float, mails: int) -> None:
    [found] = [one for one in measured(VIEW) if (one.metric, one.slice) == (metric, by)]
    assert found.value == pytest.approx(value)
    assert found.mails == mails


def test_a_slice_without_published_mail_has_no_columns() -> None:
    assert not [one for one in measured(VIEW) if one.slice == "a" and one.metric.startswith("completeness")]


def test_duplicates_are_of_all_messages_read() -> None:
    record = replace(VIEW.record, messages_read=400, messages_duplicate=300)
    [found] = [one for one in measured(replace(VIEW, record=record)) if one.metric == "duplicate_share"]
    assert (found.value, found.mails) == (0.75, 400)


def test_a_language_that_a_reference_knows_and_the_run_has_not_is_measured() -> None:
    rolling = Reference("rolling", view_of(slice_of(100, language={"fr": 50, "de": 50})).now)
    found = {one.metric: one for one in measured(replace(VIEW, references={"rolling": rolling}))}
    assert found["language_share.fr"].value == 0


FAULTS: Mapping[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, set()),
    "no subject in 30 %": (
        {"present": {**dict.fromkeys(COLUMNS, 298), "subject": 210}},
        {"completeness.subject"},
    ),
    "a wrong character set": (
        {"marks": {"CHARSET_GUESSED": 120}, "valid": dict.fromkeys(("language_known", "date_plausible"), 292)},
        {"charset_repaired", "validity.body_not_garbled"},
    ),
    "a new language in 20 %": (
        {"language": {"de": 160, "en": 80, "es": 60}},
        {"language_share.es", "language_share.de"},
    ),
    "a new reason in quarantine": ({"reason": {"EMPTY": 2, "RESIDUE": 30}}, {"quarantine_share.RESIDUE"}),
    "nothing new for a week": ({"hours_to_route": [170.0, 200.0, 180.0]}, {"freshness"}),
}


@pytest.mark.parametrize(("changes", "odd"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_under_its_name(changes: dict[str, Any], odd: set[str]) -> None:
    rng, lake = np.random.default_rng(8), Lake(measured)
    for at in days(14):
        lake.run({RUN: night(rng), ("source", "a"): night(rng)}, at)
    found = lake.run({RUN: night(rng, **changes), ("source", "a"): night(rng)}, days(15)[-1])
    differ = {one.metric for one in found.values() if one.usual is not None and not _holds(one)}
    assert differ == odd


def test_fifty_undisturbed_runs_differ_at_most_once_in_each_twenty() -> None:
    rng, lake, odd = np.random.default_rng(4), Lake(measured), 0
    for at in days(50):
        found = lake.run({RUN: night(rng), ("source", "a"): night(rng, 40)}, at)
        odd += any(not _holds(one) for one in found.values() if one.usual is not None)
    assert odd <= 3


def test_a_few_runs_are_no_usage() -> None:
    lake = Lake(measured, settings_with("quality.fewest_runs=20"))
    for at in days(14):
        found = lake.run(night(np.random.default_rng(1)), at)
    one = found["completeness.subject", ""]
    assert (one.usual, one.note) == (None, "FEW_RUNS")
    assert one.low is not None and one.high is not None and one.low < 1 and one.high > 0.9


def test_a_run_without_mail_has_no_shares() -> None:
    assert measured(view_of(slice_of(0))) == ()


def _holds(one: Measurement) -> bool:
    assert one.usual is not None and one.low is not None and one.high is not None
    return one.low <= one.usual <= one.high
