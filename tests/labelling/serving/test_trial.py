"""Two models over the same mail: who decides each thread, and what is compared."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.labelling.builders import SOURCE, small_settings
from triage.labelling.models import Champion, LoadedModel, Tried
from triage.labelling.serving.trial import decided_labels, label_both, shadow_labels
from triage.labelling.taxonomy import Head, Taxonomy
from triage.labelling.training.train import train
from triage.lake.tables import LABELS, SHADOW_LABELS

HEAD = Head(name="category", labels=("billing", "hr"), threshold=0.1, languages="any")
THREADS, A_THREAD = 200, 3
_SCHEMA = (
    "mail_key string, batch_id long, subject string, body string, language string, thread_token string, "
    "message_token string"
)


@pytest.fixture(scope="module")
def champion(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Champion:
    """A champion, and a model on trial that learnt the opposite."""
    settings = small_settings(tmp_path_factory.mktemp("trial"))
    models = [_model(spark, settings, version, words) for version, words in (("1", {}), ("2", {"billing": "hr"}))]
    return Champion(models[0], {}, Taxonomy(heads=(HEAD,)), tried=Tried(models[1], 0.25, "salt", 0))


def _model(spark: SparkSession, settings: Any, version: str, swap: dict[str, str]) -> LoadedModel:
    back = {new: old for old, new in swap.items()} | swap
    rows = []
    for number in range(120):
        label, word = ("billing", "invoice") if number % 2 else ("hr", "holiday")
        split = "test" if number % 5 == 0 else "train"
        rows.append((number, {"category": back.get(label, label)}, f"{word} {'please ' * (number % 3)}", "en", split))
    frame = spark.createDataFrame(
        rows, "row long, labels map<string,string>, body string, language string, split string"
    )
    trained = train(spark, frame, [HEAD], settings, SOURCE)
    return LoadedModel("m", version, trained.pipeline, trained.description)


def _mails(spark: SparkSession) -> DataFrame:
    rows = [
        (f"{thread}-{number}", 1, "", "invoice", "en", f"thread-{thread}" if thread % 10 else None, f"own-{thread}")
        for thread in range(THREADS)
        for number in range(A_THREAD)
    ]
    return spark.createDataFrame(rows, _SCHEMA)


def _known(spark: SparkSession, *threads: int) -> DataFrame:
    return spark.createDataFrame([(f"thread-{thread}",) for thread in threads], "thread_token string")


def test_a_share_of_the_threads_is_decided_by_the_challenger(spark: SparkSession, champion: Champion) -> None:
    assert champion.tried is not None
    both = label_both(_mails(spark), _known(spark), champion, champion.tried).cache()
    labels = decided_labels(both).collect()
    by_thread: dict[str, set[str]] = {}
    for row in labels:
        by_thread.setdefault(row.mail_key.partition("-")[0], set()).add(row.model_version)
        assert row.label == {"1": "billing", "2": "hr"}[row.model_version]
    assert len(labels) == THREADS * A_THREAD
    assert all(len(versions) == 1 for versions in by_thread.values())  # never two models in one thread
    share = sum(versions == {"2"} for versions in by_thread.values()) / THREADS
    assert share == pytest.approx(0.25, abs=0.12)  # four standard deviations
    assert decided_labels(both).columns == LABELS.column_names
    compared = shadow_labels(both, champion.tried)
    assert compared.columns == SHADOW_LABELS.column_names
    rows = compared.collect()
    assert len(rows) == len(labels)
    assert all(row.differs and {row.label, row.other_label} == {"billing", "hr"} for row in rows)
    assert {(row.model_version, row.other_version) for row in rows} == {("1", "2"), ("2", "1")}


def test_threads_from_before_the_trial_stay_with_the_champion(spark: SparkSession, champion: Champion) -> None:
    assert champion.tried is not None
    known = _known(spark, *range(THREADS))
    rows = decided_labels(label_both(_mails(spark), known, champion, champion.tried)).collect()
    others = {row.mail_key.partition("-")[0] for row in rows if row.model_version == "2"}
    assert all(int(thread) % 10 == 0 for thread in others)  # only those without a thread of their own


def test_a_shadow_decides_nothing(spark: SparkSession, champion: Champion) -> None:
    assert champion.tried is not None
    shadow = Tried(champion.tried.model, 0.0, "salt", 0)
    both = label_both(_mails(spark), _known(spark), champion, shadow)
    assert {row.model_version for row in decided_labels(both).collect()} == {"1"}
    assert {row.other_version for row in shadow_labels(both, shadow).collect()} == {"2"}
