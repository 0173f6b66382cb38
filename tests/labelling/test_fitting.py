"""Training: equal to scikit-learn, repeatable, and clear about unusable rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.ml.functions import vector_to_array
from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from tests.labelling.builders import HEADS, labelled, labelled_rows, small_settings
from triage.errors import ConfigError
from triage.labelling.features import with_text
from triage.labelling.fitting import OURS, train
from triage.labelling.linear import ITERATIONS, TOLERANCE, heads_of


@pytest.mark.parametrize("head", HEADS)
def test_the_jvm_gives_scikit_learn_s_probabilities(spark: SparkSession, tmp_path: Path, head: str) -> None:
    settings = small_settings(tmp_path)
    rows = labelled(spark)
    pipeline = train(spark, rows, HEADS, settings).pipeline
    scored = pipeline.transform(with_text(rows, ("row", "labels", "split")))
    features = vector_to_array(f.col("features")).alias("features")
    columns = ("labels", "split", features, vector_to_array(f.col(f"probability_{head}")).alias("p"))
    found = scored.orderBy("row").select(*columns).collect()
    learnt = [row for row in found if row.split == "train"]
    reference = LogisticRegression(
        C=settings.labelling.inverse_regularization,
        class_weight="balanced",
        max_iter=ITERATIONS,
        tol=TOLERANCE,
    ).fit(csr_matrix([row.features for row in learnt]), [row.labels[head] for row in learnt])
    assert heads_of(pipeline)[head] == tuple(reference.classes_)
    expected = reference.predict_proba(csr_matrix([row.features for row in found]))
    np.testing.assert_allclose([row.p for row in found], expected, atol=1e-6, rtol=0)


def test_equal_rows_give_equal_bytes(spark: SparkSession, tmp_path: Path) -> None:
    settings = small_settings(tmp_path)
    first, second = (
        train(spark, labelled(spark, rows), HEADS, settings)
        for rows in (labelled_rows(), labelled_rows()[::-1])
    )
    weights = [
        [
            stage.coefficientMatrix.toArray().tobytes()
            for stage in trained.pipeline.stages
            if isinstance(stage, LogisticRegressionModel)
        ]
        for trained in (first, second)
    ]
    assert weights[0] == weights[1]
    assert first.data_digest == second.data_digest


def test_it_learns(spark: SparkSession, tmp_path: Path) -> None:
    trained = train(spark, labelled(spark), HEADS, small_settings(tmp_path), baseline=True)
    assert all(systems[OURS].macro_f1 > 0.9 for systems in trained.scores.values())
    assert all(
        set(systems) == {OURS, "majority class", "TF-IDF + LogisticRegression"}
        for systems in trained.scores.values()
    )


def test_unknown_labels_and_empty_text_are_left_out_and_counted(spark: SparkSession, tmp_path: Path) -> None:
    rows = labelled_rows()
    rows += [(900, {"category": "cooking", "priority": "low"}, "soup", "", "train", False)]
    rows += [(901, {"category": "hr"}, "holiday", "", "train", False)]
    rows += [(902, {"category": "hr", "priority": "low"}, " ", "", "train", False)]
    trained = train(spark, labelled(spark, rows), HEADS, small_settings(tmp_path))
    assert trained.dropped == {"category": 2, "priority": 2}
    assert heads_of(trained.pipeline) == {"category": ("billing", "hr", "legal"), "priority": ("high", "low")}


def test_one_label_is_too_few(spark: SparkSession, tmp_path: Path) -> None:
    rows = [row for row in labelled_rows() if row[1]["category"] == "hr"]
    with pytest.raises(ConfigError, match="needs two"):
        train(spark, labelled(spark, rows), {"category": ()}, small_settings(tmp_path))
