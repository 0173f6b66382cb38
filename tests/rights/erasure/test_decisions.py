"""Reasons of decisions on models lose a person in MLflow, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lake.builders import no_spark
from tests.learning.promotion.lakes import register
from triage.config import load_settings
from triage.labelling.registry.decisions import DecisionLog
from triage.labelling.registry.model_registry import ModelRegistry
from triage.lake.store import Store
from triage.lake.tables import PROMOTIONS
from triage.learning.promotion.records import promotion_row, write_decision
from triage.rights.erasure.blanking import ERASED
from triage.rights.erasure.decisions import blank_decisions
from triage.rights.search.persons import Person
from triage.rights.search.subjects import Subject

QUIXWORTH = Person(Subject("address", "zq@persons.example"), names={"zebulon quixworth"})


@pytest.mark.slow
def test_a_reason_that_names_the_person_is_blanked_in_versions_and_runs(tmp_path: Path) -> None:
    settings = load_settings(overrides=[f"lake.root={tmp_path}/lake"])
    store = Store(no_spark, settings.lake.root)
    store.add(PROMOTIONS, [])
    reasons = {register(settings): reason for reason in ("asked for by Zebulon Quixworth", "a quiet week")}
    name = settings.mlflow.registered_model
    for number, reason in reasons.items():
        write_decision(store, settings, promotion_row((name, number), None, "refused", "operator", reason, "{}"))
    blank_decisions([QUIXWORTH], settings, store)
    client = ModelRegistry(settings)._client
    of_versions = {number: client.get_model_version(name, number).tags["gate_reason"] for number in reasons}
    runs = DecisionLog(settings)._client.search_runs([one.experiment_id for one in client.search_experiments()])
    assert sorted(of_versions.values()) == sorted([ERASED, "a quiet week"])
    assert sorted(run.data.tags["gate_reason"] for run in runs) == sorted(of_versions.values())
    assert b"Quixworth" not in b"".join(file.read_bytes() for file in (tmp_path / "lake.mlflow").glob("mlflow.db*"))
