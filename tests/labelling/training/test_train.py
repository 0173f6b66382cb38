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


def test_equal_weights_of_one_change_nothing(spark: SparkSession, tmp_path: Path) -> None:
    settings, rows = small_settings(tmp_path), labelled(spark)
    ones = rows.withColumn("weight", f.lit(1.0))
    by_head = ones.withColumn("head_weights", f.create_map(f.lit("category"), f.lit(1.0)))
    plain, weighted = (train(spark, given, HEADS, settings, SOURCE) for given in (rows, by_head))
    assert _weights(plain) == _weights(weighted)
    assert plain.description == weighted.description


def test_rows_without_weight_teach_nothing_and_the_digest_says_so(spark: SparkSession, tmp_path: Path) -> None:
    settings, rows = small_settings(tmp_path), labelled(spark)
    odd = f.col("row") % 5 == 1
    wrong = f.when(odd, f.create_map(f.lit("category"), f.lit("hr"), f.lit("priority"), f.lit("low")))
    misled = rows.withColumn("labels", f.coalesce(wrong, "labels")).withColumn("weight", f.when(odd, 0.0))
    unlabelled = rows.withColumn(
        "labels", f.when(~odd, f.col("labels")).otherwise(f.from_json(f.lit("{}"), "map<string,string>"))
    )
    told, without = (train(spark, given, HEADS, settings, SOURCE) for given in (misled, unlabelled))
    assert _weights(told) == _weights(without)
    assert told.dropped == without.dropped
    assert told.rows.digest != without.rows.digest


def test_a_head_has_weights_of_its_own(spark: SparkSession, tmp_path: Path) -> None:
    settings, rows = small_settings(tmp_path), labelled(spark)
    light = f.when(f.col("row") % 3 == 0, f.create_map(f.lit("category"), f.lit(0.5)))
    trained = train(spark, rows.withColumn("head_weights", light), HEADS, settings, SOURCE)
    category = trained.rows.weight["category"]
    assert category[trained.rows.numbers % 3 == 0].tolist() == [0.5] * int((trained.rows.numbers % 3 == 0).sum())
    assert trained.rows.weight_of("priority", trained.rows.test | True) is None


def test_a_negative_weight_is_wrong_use(spark: SparkSession, tmp_path: Path) -> None:
    given = labelled(spark).withColumn("weight", f.lit(-1.0))
    with pytest.raises(ConfigError, match="negative"):
        train(spark, given, HEADS, small_settings(tmp_path), SOURCE)


def test_the_calibration_part_lowers_scores_that_promise_too_much_and_teaches_nothing(
    spark: SparkSession, tmp_path: Path
) -> None:
    settings = small_settings(tmp_path)
    other = {"billing": "hr", "hr": "legal", "legal": "billing"}
    wrong = [
        (1000 + row, {"category": other[said["category"]] if row % 2 else said["category"]}, body, subject, part, bulk)
        for row, said, body, subject, _, bulk in labelled_rows(150)
        for part in ("calibration",)
    ]
    plain = train(spark, labelled(spark), HEADS, settings, SOURCE)
    warned = train(spark, labelled(spark, [*labelled_rows(), *wrong]), HEADS, settings, SOURCE)
    assert _weights(plain) == _weights(warned)
    before, after = (trained.evaluated["category"].after.max(axis=1).mean() for trained in (plain, warned))
    assert after < before - 0.1


def test_fewer_calibration_rows_than_needed_change_nothing(spark: SparkSession, tmp_path: Path) -> None:
    settings = small_settings(tmp_path)
    kept = [
        (1000 + row, labels, body, subject, "calibration", bulk)
        for row, labels, body, subject, _, bulk in labelled_rows(30)
    ]
    plain = train(spark, labelled(spark), HEADS, settings, SOURCE)
    more = train(spark, labelled(spark, [*labelled_rows(), *kept]), HEADS, settings, SOURCE)
    assert plain.description.heads == more.description.heads
