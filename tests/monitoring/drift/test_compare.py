"""Runs drawn from a population and compared with earlier ones: what moved is found under its name, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.monitoring.builders import RUN as RECORD
from tests.monitoring.drift.population import LABELS, LANGUAGES, QUEUES, USUAL, Population, moved, stored
from triage.config import MonitoringSettings, Settings
from triage.lake.tables import DRIFT
from triage.monitoring.drift.compare import compare, primary_rows
from triage.monitoring.drift.metrics import METRICS
from triage.monitoring.drift.statistics.dispersion import dispersions
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.distributions import Counts
from triage.monitoring.profiles.profile import RUN, Profile, Slice, merged_profiles
from triage.monitoring.record import DriftRow
from triage.monitoring.view import Reference, RunView

LIMITS = Settings().monitoring


def _reference(mails: int = 1_000, runs: int = 8, seed: int = 1) -> Reference:
    draw = np.random.default_rng(seed)
    past = [stored(USUAL.run(mails, draw)) for _ in range(runs)]
    return Reference("rolling", merged_profiles(past), tuple(f"run-{i}" for i in range(runs)), dispersions(past))


@pytest.fixture(scope="module")
def usual() -> Reference:
    return _reference()


def _compared(population: Population, reference: Reference, mails: int = 1_000, seed: int = 2) -> list[DriftRow]:
    now = stored(population.run(mails, np.random.default_rng(seed)))
    return compare("now", now, {"rolling": reference}, LIMITS)


FAULTS: dict[str, tuple[Population, str, str]] = {
    "a new language": (replace(USUAL, languages=moved(LANGUAGES, "it", 0.2)), "language", "it"),
    "a new topic": (replace(USUAL, topic=0.1), "terms", "term 1000"),
    "no subject": (replace(USUAL, without_subject=0.3), "present", "subject"),
    "labels shifted": (replace(USUAL, labels=moved(LABELS, "complaint", 0.5)), "label.category", "complaint"),
    "queues shifted": (replace(USUAL, queues=moved(QUEUES, "legal", 0.3)), "queue", "legal"),
    "longer mails": (replace(USUAL, log_chars=7.5), "body_chars", "over "),
}


@pytest.mark.parametrize(("population", "feature", "driver"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_under_its_name_alone(
    population: Population, feature: str, driver: str, usual: Reference
) -> None:
    raised = [row for row in _compared(population, usual) if row.status != "stable"]
    assert {row.feature for row in raised} == {feature}
    (of_run,) = (row for row in raised if row.by == "run")
    assert of_run.drivers[0].value.startswith(driver)
    assert of_run.psi_low is not None and of_run.psi_high is not None and of_run.p_value is not None
    assert 0.1 < of_run.psi_low < of_run.psi < of_run.psi_high and of_run.p_value <= 0.01


def test_unseen_terms_are_those_of_the_topic(usual: Reference) -> None:
    rows = _compared(replace(USUAL, topic=0.1), usual)
    (terms,) = (row for row in rows if row.feature == "terms")
    now = replace(USUAL, topic=0.1).run(1_000, np.random.default_rng(2)).run.terms()
    expected = sum(count for term, count in now.mails.items() if term >= 100_000) / now.total
    assert terms.unseen_share == pytest.approx(expected, rel=0.02)


def test_a_row_holds_what_the_table_declares(usual: Reference) -> None:
    row = _compared(replace(USUAL, log_chars=7.5), usual)[0]
    assert set(row.as_row()) == set(DRIFT.column_names)
    assert row.baseline_run_id == "run-0 to run-7" and row.reference == "rolling"


def test_slices_are_compared_and_not_in_what_they_are_slices_by(usual: Reference) -> None:
    rows = _compared(USUAL, usual)
    assert {(row.by, row.slice, row.feature) for row in rows if row.by != "run"} == {
        ("queue", queue, "label.category") for queue in QUEUES
    }
    few = MonitoringSettings.model_validate({"drift": {"most_slices": 2}})
    now = stored(USUAL.run(1_000, np.random.default_rng(3)))
    largest = compare("now", now, {"rolling": usual}, few)
    assert {row.slice for row in largest if row.by == "queue"} == {"support", "sales"}


def test_a_first_run_is_a_baseline_beside_the_models_rows() -> None:
    now = stored(USUAL.run(300, np.random.default_rng(3)))
    assert {row.status for row in compare("first", now, {}, LIMITS)} == {"baseline"}
    model = Reference("model", USUAL.run(3_000, np.random.default_rng(4)))
    rows = compare("first", now, {"model": model}, LIMITS)
    assert {(row.reference, row.status) for row in rows} == {("rolling", "baseline"), ("model", "stable")}
    assert {row.baseline_run_id for row in rows if row.reference == "model"} == {"model"}


def test_too_few_mails_are_not_compared(usual: Reference) -> None:
    assert _compared(USUAL, usual, mails=29) == []
    small = _reference(mails=20)  # 160 mails, and a reference needs 200
    assert {row.status for row in _compared(USUAL, small)} == {"baseline"}


def test_a_feature_that_either_lacks_is_not_compared(usual: Reference) -> None:
    only_queue = Profile({RUN: Slice(500, 0, {"queue": Counts.of({"support": 400, "other": 100})})})
    rows = compare("now", only_queue, {"rolling": usual}, LIMITS)
    assert [(row.feature, row.status) for row in rows] == [("queue", "alert")]


def test_quarantined_mails_are_compared_by_reason() -> None:
    was = Profile({RUN: Slice(1_000, 400, {"reason": Counts.of({"A": 390, "B": 10})})})
    now = Profile({RUN: Slice(1_000, 400, {"reason": Counts.of({"A": 10, "B": 390})})})
    (row,) = compare("now", now, {"rolling": Reference("rolling", was, ("r",))}, LIMITS)
    assert (row.feature, row.status, row.mails) == ("reason", "alert", 400)


def test_the_chosen_reference_is_the_primary_one(usual: Reference) -> None:
    chosen = replace(_reference(seed=9), name="chosen", runs=("chosen",))
    now = stored(USUAL.run(1_000, np.random.default_rng(3)))
    rows = compare("now", now, {"rolling": usual, "chosen": chosen}, LIMITS)
    assert {row.reference for row in primary_rows(rows)} == {"chosen"}
    assert {row.reference for row in rows if row.by == "queue"} == {"chosen"}


def _metric(name: str, **facts: Any) -> list[Measurement]:
    view = RunView(settings=Settings(), record=RECORD, now=Profile(), **facts)
    (metric,) = (metric for metric in METRICS if metric.name == name)
    found = list(metric.measure(view))
    assert all(metric.covers(one.metric) and one.by in metric.by for one in found)
    return found


def test_metrics_say_how_far_and_whether_it_counts(usual: Reference) -> None:
    rows = _compared(replace(USUAL, languages=moved(LANGUAGES, "it", 0.2)), usual)
    (largest,) = _metric("largest_drift", drift=rows)
    assert largest.note == "language" and largest.low is not None and largest.low > 0.1
    by_feature = {one.metric: one for one in _metric("drift", drift=rows) if one.by == "run"}
    assert by_feature["drift.language"].note == "alert" and by_feature["drift.language"].value == largest.value
    assert by_feature["drift.queue"].note == "stable"
    assert [one.by for one in _metric("unseen_terms", drift=rows)] == ["run"]
    assert _metric("model_distance", drift=rows) == []
    baseline = compare("first", usual.profile, {}, LIMITS)
    assert [_metric(metric.name, drift=baseline) for metric in METRICS] == [[]] * len(METRICS)
