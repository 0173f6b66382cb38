"""Blocks of features: what the driver weighs, the JVM weighs alike."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from pyspark.ml import PipelineModel
from pyspark.ml.linalg import SparseVector
from pyspark.sql import SparkSession
from scipy.sparse import csr_matrix

from triage.labelling.features.blocks import (
    SPARSE,
    counting_stages,
    fit_idf,
    idf_stages,
    known_share,
    matrix,
    stacked,
    tf_idf,
)
from triage.labelling.features.terms import TEXT
from triage.labelling.linear.head_stages import KNOWN_SHARE, known_share_stages

BITS = 10
LEARNT = ["the invoice is overdue", "the court and the clause", "invoice of the court", "überfällig invoice"]
ASKED = [*LEARNT, "", "zxqv wvut", "invoice invoice invoice invoice", "fact=bulk subject=invoice"]


def counts_of(spark: SparkSession, texts: list[str], block: str) -> csr_matrix:
    frame = spark.createDataFrame(list(enumerate(texts)), f"n int, {TEXT} string").coalesce(1)
    found = PipelineModel(counting_stages((block,), BITS)).transform(frame).orderBy("n").collect()
    return matrix((row[f"{block}_counts"] for row in found), 2**BITS)


@pytest.mark.slow
@pytest.mark.parametrize("block", SPARSE)
def test_the_jvm_weighs_as_the_driver_does(spark: SparkSession, block: str) -> None:
    weights = fit_idf(counts_of(spark, LEARNT, block))
    expected = tf_idf(counts_of(spark, ASKED, block), weights).toarray()
    stages = [*counting_stages((block,), BITS), *idf_stages(spark, block, weights)]
    frame = spark.createDataFrame(list(enumerate(ASKED)), f"n int, {TEXT} string")
    rows = PipelineModel(stages).transform(frame).orderBy("n").collect()
    found = np.array([row[f"{block}_features"].toArray() for row in rows])
    np.testing.assert_allclose(found, expected, atol=1e-12, rtol=0)
    lengths = np.linalg.norm(expected, axis=1)
    np.testing.assert_allclose(lengths, np.where(lengths > 0, 1.0, 0.0), atol=1e-12)
    assert lengths[:4].any() and not lengths[4:6].any()


def test_the_jvm_knows_as_much_of_a_mail_as_the_driver(spark: SparkSession) -> None:
    weights = fit_idf(counts_of(spark, LEARNT, "words"))
    expected = known_share(counts_of(spark, ASKED, "words"), weights)
    stages = [*counting_stages(("words",), BITS), *known_share_stages(spark, weights)]
    frame = spark.createDataFrame(list(enumerate(ASKED)), f"n int, {TEXT} string")
    rows = PipelineModel(stages).transform(frame).orderBy("n").collect()
    np.testing.assert_allclose([row[KNOWN_SHARE] for row in rows], expected, atol=1e-12)
    assert expected[4] == expected[5] == 0
    assert expected[6] == 1


def test_rarity_by_hand() -> None:
    counts = csr_matrix(np.array([[1.0, 2.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0], [1.0, 3.0, 0.0, 0.0]]))
    found = fit_idf(counts)
    assert found.rows == 3
    assert found.frequency.tolist() == [2, 3, 0, 1]
    np.testing.assert_allclose(found.idf, [log(4 / 3), 0, 0, 0])


def test_the_known_share_by_hand() -> None:
    weights = fit_idf(csr_matrix(np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])))
    asked = csr_matrix(np.array([[3.0, 1.0, 0.0], [0.0, 0.0, 2.0], [0.0, 0.0, 0.0]]))
    assert known_share(asked, weights).tolist() == [0.75, 0.0, 0.0]


def test_vectors_become_rows_and_blocks_stand_side_by_side() -> None:
    rows = matrix([SparseVector(3, {0: 1.0, 2: 2.0}), SparseVector(3, {})], 3)
    assert rows.toarray().tolist() == [[1, 0, 2], [0, 0, 0]]
    dense = np.array([[5.0], [6.0]], dtype=np.float32)
    both = stacked({"words": rows, "pairs": rows, "sentences": dense}, {"words": 2, "pairs": 0, "sentences": 1})
    assert both.toarray().tolist() == [[2, 0, 4, 5], [0, 0, 0, 6]]
    assert matrix([], 3).shape == (0, 3)
