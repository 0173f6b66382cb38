"""Training: the JVM gives what was measured, repeatable, and clear about unusable rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from tests.labelling.builders import HEADS, SOURCE, labelled, labelled_rows, small_settings
from triage.errors import ConfigError
from triage.labelling.families import with_logits
from triage.labelling.features.terms import with_text
from triage.labelling.models import LoadedModel
from triage.labelling.training.result import MAJORITY, OURS, TrainedModel
from triage.labelling.training.train import train


def _weights(trained: TrainedModel) -> list[bytes]:
    stages = [stage for stage in trained.pipeline.stages if isinstance(stage, LogisticRegressionModel)]
    return [stage.coefficientMatrix.toArray().tobytes() for stage in stages]


@pytest.mark.parametrize("head", [head.name for head in HEADS])
def test_the_jvm_gives_the_probabilities_that_were_measured(spark: SparkSession, tmp_path: Path, head: str) -> None:
    trained = train(spark, labelled(spark), HEADS, small_settings(tmp_path), SOURCE)
    held = labelled(spark).where("split = 'test'")
    model = LoadedModel("m", "1", trained.pipeline, trained.description)
    found = with_logits(with_text(held, ("row",)), model).orderBy("row").select(f"raw_{head}").collect()
    logits = np.array([row[0] for row in found])
    before = trained.evaluated[head].before
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(before, expected, atol=1e-9, rtol=0)


def test_equal_rows_give_equal_bytes(spark: SparkSession, tmp_path: Path) -> None:
    settings = small_settings(tmp_path)
    first, second = (
        train(spark, labelled(spark, rows), HEADS, settings, SOURCE)
        for rows in (labelled_rows(), labelled_rows()[::-1])
    )
    assert _weights(first) == _weights(second)
    assert first.description == second.description
    assert first.scores == second.scores


def test_it_learns(spark: SparkSession, tmp_path: Path) -> None:
    trained = train(spark, labelled(spark), HEADS, small_settings(tmp_path), SOURCE, baseline=True)
    assert all(systems[OURS].macro_f1 > 0.9 for systems in trained.scores.values())
    systems = {OURS, MAJORITY, "TF-IDF + LogisticRegression"}
    assert all(set(measured) == systems for measured in trained.scores.values())


def test_unknown_labels_and_empty_text_are_left_out_and_counted(spark: SparkSession, tmp_path: Path) -> None:
    rows = labelled_rows()
    rows += [(900, {"category": "cooking", "priority": "low"}, "soup", "", "train", False)]
    rows += [(901, {"category": "hr"}, "holiday", "", "train", False)]
    rows += [(902, {"category": "hr", "priority": "low"}, " ", "", "train", False)]
    trained = train(spark, labelled(spark, rows), HEADS, small_settings(tmp_path), SOURCE)
    assert trained.dropped == {"category": 2, "priority": 2}


def test_one_label_is_too_few(spark: SparkSession, tmp_path: Path) -> None:
    rows = [row for row in labelled_rows() if row[1]["category"] == "hr"]
    with pytest.raises(ConfigError, match="needs two"):
        train(spark, labelled(spark, rows), HEADS[:1], small_settings(tmp_path), SOURCE, declared=False)


def test_a_mail_of_unknown_words_is_out_of_distribution(spark: SparkSession, tmp_path: Path) -> None:
    trained = train(spark, labelled(spark), HEADS, small_settings(tmp_path), SOURCE)
    mail = spark.createDataFrame([("zxqv wvut qqrs", "")], "body string, subject string")
    model = LoadedModel("m", "1", trained.pipeline, trained.description)
    row = with_logits(with_text(mail, ()), model).select(f.col("known_share")).first()
    assert row is not None
    assert row.known_share < 0.5
