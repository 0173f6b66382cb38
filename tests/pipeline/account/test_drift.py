"""The drift of a run in the account: references from the lake, terms by name, and no fault of it fails a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.monitoring.builders import RUN
from tests.monitoring.drift.population import USUAL
from triage.config import Settings, load_settings
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import PROFILES, RUNS
from triage.mail.word_terms import word_hash
from triage.monitoring.profiles.distributions import Counts, Terms
from triage.monitoring.profiles.profile import RUN as ALL
from triage.monitoring.profiles.profile import Profile, Slice
from triage.monitoring.profiles.stored import profile_rows, taxonomy_version
from triage.monitoring.record import DriftRow, Driver
from triage.pipeline.account.drift import Drift, _named, measure_drift
from triage.pipeline.account.memory import Memory
from triage.privacy.lexicon.name_test import name_test

NOT_READ = cast("DataFrame", None)
"""For a run whose mails are not read, since no term moved."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(overrides=[f"lake.root={tmp_path / 'lake'}"])


@pytest.fixture
def memory(settings: Settings) -> Memory:
    """A lake with two earlier runs of the same weekday."""
    store = Store(_no_spark, settings.lake.root)
    draw = np.random.default_rng(1)
    version = taxonomy_version({head.name: head.labels for head in load_taxonomy(settings)})
    for number in (1, 2):
        at = RUN.started_at - timedelta(weeks=number)
        earlier = replace(RUN, run_id=f"earlier-{number}", started_at=at, messages_published=500)
        store.append_rows(PROFILES, profile_rows(USUAL.run(500, draw), earlier, version), number)
        row = {name: getattr(earlier, name, None) for name in RUNS.column_names} | {"batches": [number]}
        store.append_rows(RUNS, [row], number)
    return Memory(store, RUN, 35)


def _no_spark() -> Any:
    raise AssertionError("Spark is not needed here")


def test_a_run_is_compared_with_its_weekday(memory: Memory, settings: Settings) -> None:
    now = USUAL.run(500, np.random.default_rng(2))
    found = measure_drift(memory, settings, None, now, NOT_READ)
    assert {row.reference for row in found.rows} == {"rolling"}
    assert {row.baseline_run_id for row in found.rows} == {"earlier-2 to earlier-1"}
    assert {row.status for row in found.rows} == {"stable"}
    assert found.references["rolling"].profile.run.published == 1_000


def test_a_fault_of_drift_fails_no_run_and_is_logged_by_type(
    memory: Memory, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    found = measure_drift(memory, settings, None, cast("Profile", "no profile of jane@example.org"), NOT_READ)
    assert (found.rows, found.references) == ((), {})
    assert "could not be measured (AttributeError)" in caplog.text and "jane" not in caplog.text


def _with_terms(*words: str) -> Profile:
    """A run in which three fifths of the mails have each of these words, new to the lake."""
    now = USUAL.run(500, np.random.default_rng(2))
    terms = Terms({**now.run.terms().mails, **{word_hash(word): 300 for word in words}})
    return Profile({**now.slices, ALL: Slice(500, 0, {**now.run.features, "terms": terms})})


def _drivers(found: Drift) -> set[str]:
    """What moved in the words of all mails, where it is new."""
    (row,) = (row for row in found.rows if row.feature == "terms" and row.by == "run")
    assert row.status == "alert"
    return {driver.value for driver in row.drivers if driver.now == 0.6}


def test_terms_are_named_from_word_lists_where_no_mail_can_be_read(
    memory: Memory, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    found = measure_drift(memory, settings, None, _with_terms("reimbursement", "xqzzplk"), NOT_READ)
    assert {"reimbursement", f"term {word_hash('xqzzplk')}"} == _drivers(found)
    assert "No mails were read" in caplog.text


@pytest.mark.parametrize(("words", "reads"), [(["invoice"], False), (["invoice", "xqzzplk"], True)])
def test_mails_are_read_only_where_the_lists_do_not_name_every_term(
    words: list[str], reads: bool, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    drivers = tuple(Driver(f"term {word_hash(word)}", 0.0, 0.6) for word in words)
    row = DriftRow("now", "terms", 0.3, 0.2, "alert", 100, "r", {}, drivers=drivers)
    profile = Profile({ALL: Slice(9, 0, {"language": Counts.of({"en": 9})})})
    (named,) = _named([row], profile, NOT_READ, settings)
    assert named.drivers[0].value == "invoice"
    assert ("No mails were read" in caplog.text) is reads


@pytest.mark.parametrize(("word", "is_one"), [
    ("angela", True), ("schneider", True), ("rechnung", False), ("price", False)])  # fmt: skip
def test_names_of_persons_name_no_term(word: str, is_one: bool) -> None:
    assert name_test(["de"])(word) is is_one


def test_terms_that_moved_are_named_from_mails_that_have_them(
    memory: Memory, settings: Settings, spark: SparkSession
) -> None:
    moved = [word_hash("xqzzplk"), word_hash("kowalczykowski")]
    rows = [
        *((f"m{number}", 1, {"address": f"s{number}"}, "Xqzzplk", "and more", moved) for number in range(6)),
        *((f"o{number}", 1, {"address": "one"}, "", "by Kowalczykowski", moved) for number in range(6)),
        *((f"p{number}", 2, {"address": f"s{number}"}, "other", "zuckerbrot", [1]) for number in range(6)),
    ]
    participant = "struct<address: string>"
    schema = f"mail_key string, batch_id long, sender {participant}, subject string, body string, terms array<int>"
    silver = spark.createDataFrame(rows, schema)
    found = measure_drift(memory, settings, None, _with_terms("xqzzplk", "kowalczykowski"), silver)
    drivers = _drivers(found)
    assert len(drivers) == 2, "the other one has its number, or a listed word of the same hash"
    assert "xqzzplk" in drivers and "kowalczykowski" not in drivers
