"""Expected accuracy: what it is, when it is unknown, and that it equals NannyML's."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.monitoring.builders import RUN
from tests.monitoring.performance.builders import MODEL, head_slice, past_values, profile_of, view_of
from tests.monitoring.performance.calibrated_rows import exchange
from triage.monitoring.measurement import Measurement
from triage.monitoring.performance.expected import accuracy_bounds, expected_accuracy
from triage.monitoring.performance.notes import MAIL_MOVED, NO_CALIBRATION, TOO_FEW_MAILS
from triage.monitoring.profiles.distributions import Counts, Numbers
from triage.monitoring.profiles.profile import Slice
from triage.monitoring.view import HeadFacts, ModelFacts, RunView

PEERS = os.environ.get("TRIAGE_PEERS", "")

RECORDED = (
    {"value": 0.7662196756751296, "low": 0.7103430258113448, "high": 0.8220963255389144},
    {"value": 0.8169486322818552, "low": 0.7610719824180704, "high": 0.87282528214564},
    {"value": 0.6986994046841921, "low": 0.6428227548204073, "high": 0.7545760545479769},
    {"value": 0.602955263679713, "low": 0.5470786138159281, "high": 0.6588319135434978},
)
"""NannyML 0.13.1 over the rows of calibrated_rows.py."""


def of_all_mails(view: RunView) -> Measurement:
    (found,) = [one for one in expected_accuracy(view) if one.by == "run"]
    return found


def test_the_mean_score_of_decided_mails_is_the_expected_accuracy() -> None:
    scores = [0.5] * 100 + [0.8] * 300 + [1.0] * 600  # the head leaves the first hundred to people
    found = of_all_mails(view_of(profile_of(head_slice(scores, 0.6))))
    assert found.metric == "expected_accuracy.category"
    assert found.value == pytest.approx((300 * 0.8 + 600 * 1.0) / 900)
    assert (found.mails, found.usual, found.note) == (900, 0.9, "")


def test_the_interval_holds_chance_and_the_calibration() -> None:
    facts = HeadFacts(accuracy=0.9, calibration_error=0.02, rows=900)
    low, high = accuracy_bounds(Numbers.of([0.8] * 400), facts, 0.95)
    half = 1.959964 * np.sqrt(0.8 * 0.2 / 400 + 0.9 * 0.1 / 900) + 0.02
    assert [low, high] == pytest.approx([0.8 - half, 0.8 + half])


@pytest.mark.parametrize(
    ("model", "note"),
    [
        pytest.param(None, NO_CALIBRATION, id="no model"),
        pytest.param(ModelFacts("labels", "3"), NO_CALIBRATION, id="another head"),
        pytest.param(
            ModelFacts("labels", "3", {"category": HeadFacts(0.9)}), NO_CALIBRATION, id="calibration not measured"
        ),
        pytest.param(
            ModelFacts("labels", "3", {"category": HeadFacts(0.9, 0.01, 99)}), NO_CALIBRATION, id="on few rows"
        ),
        pytest.param(ModelFacts("labels", "3", {"category": HeadFacts(0.94, 0.01, 900)}), MAIL_MOVED, id="scores fell"),
    ],
)
def test_without_a_calibrated_model_nothing_is_known(model: ModelFacts | None, note: str) -> None:
    found = of_all_mails(view_of(profile_of(head_slice([0.9] * 500)), model=model))
    assert (found.value, found.low, found.high, found.note) == (None, None, None, note)


@pytest.mark.parametrize(
    ("undecided", "decided", "reason", "note"),
    [
        pytest.param(900, 99, "LOW_SCORE", TOO_FEW_MAILS, id="too few mails"),
        pytest.param(100, 700, "UNKNOWN_LANGUAGE", MAIL_MOVED, id="a new language"),
        pytest.param(100, 700, "OUT_OF_DISTRIBUTION", MAIL_MOVED, id="unseen terms"),
        pytest.param(70, 730, "OUT_OF_DISTRIBUTION", "", id="few unseen terms"),
        pytest.param(100, 700, "EMPTY_TEXT", "", id="empty mails"),
    ],
)
def test_mail_that_the_model_does_not_know(undecided: int, decided: int, reason: str, note: str) -> None:
    scores = [0.4] * undecided + [0.99] * decided
    found = of_all_mails(view_of(profile_of(head_slice(scores, 0.5, reason=reason))))
    assert (found.note, found.value) == (note, None if note else pytest.approx(0.99))


def test_a_slice_that_is_harder_has_a_value() -> None:
    hard, easy = head_slice([0.7] * 200), head_slice([0.95] * 800)
    found = list(expected_accuracy(view_of(profile_of(hard + easy, {("language", "fr"): hard, ("queue", "hr"): easy}))))
    assert {(one.by, one.slice): one.value for one in found} == {
        ("run", ""): pytest.approx(0.9),
        ("language", "fr"): pytest.approx(0.7),
        ("queue", "hr"): pytest.approx(0.95),
    }


@pytest.mark.parametrize(
    ("version", "usual"), [pytest.param("3", 0.94, id="the same model"), pytest.param("2", 0.9, id="another model")]
)
def test_usual_is_what_earlier_runs_by_the_same_model_had(version: str, usual: float) -> None:
    past = past_values("expected_accuracy.category", [0.93, 0.94, 0.95])
    records = [replace(RUN, run_id=one.run_id, model_version=version) for one in past]
    view = view_of(profile_of(head_slice([0.9] * 500)), history=lambda _: past, past=records)
    assert of_all_mails(view).usual == pytest.approx(usual)


def test_a_run_without_labels_has_no_accuracy() -> None:
    assert list(expected_accuracy(view_of(profile_of(Slice(9, 0, {"language": Counts.of({"en": 9})}))))) == []


def test_the_interval_covers_the_true_accuracy() -> None:
    random = np.random.default_rng(7)
    covered = 0
    for _ in range(400):
        top = random.uniform(0.6, 1.0, 300)
        right = random.random(300) < top
        low, high = accuracy_bounds(Numbers.of(top), MODEL.heads["category"], 0.95)
        covered += low <= right.mean() <= high
    assert covered >= 380


def test_the_estimate_equals_nannymls_to_its_interval() -> None:
    _, chunks = exchange()
    for scores, theirs in zip(chunks, RECORDED, strict=True):
        assert theirs["low"] < Numbers.of(scores).mean < theirs["high"]
        assert Numbers.of(scores).mean == pytest.approx(theirs["value"], abs=0.003)


@pytest.mark.slow
@pytest.mark.skipif(not PEERS, reason="TRIAGE_PEERS names no Python with nannyml")
def test_nannyml_still_estimates_what_was_recorded() -> None:
    given, _ = exchange()
    script = Path(__file__).with_name("nannyml_cbpe.py")
    done = subprocess.run(
        [PEERS, str(script)], input=json.dumps(given), capture_output=True, text=True, check=True, timeout=300
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert [one["value"] for one in found] == pytest.approx([one["value"] for one in RECORDED], abs=0.005)
