"""The cascade: sure mails are decided by terms and never embedded, the others by both."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from pyspark.ml import PipelineModel, Transformer
from pyspark.ml.feature import SQLTransformer, VectorAssembler
from pyspark.sql import DataFrame, SparkSession
from scipy.sparse import csr_matrix

from triage.config import load_settings
from triage.labelling.candidates.base import Floats, TrainingData
from triage.labelling.candidates.cascade import FittedCascade
from triage.labelling.candidates.linear import FittedLinear
from triage.labelling.description import (
    Calibration,
    Cascade,
    HeadDescription,
    ModelDescription,
    Provenance,
    Threshold,
)
from triage.labelling.families import with_logits
from triage.labelling.features.terms import PLAIN
from triage.labelling.features.training_rows import TrainingRows
from triage.labelling.linear.solvers import LinearModel
from triage.labelling.models import LoadedModel

CUT = 0.8
CASCADE = Cascade(cut=CUT, first=Calibration(temperature=2.0), second=Calibration(temperature=0.5))
WORDS = np.array([[6.0, 0.0], [0.2, 0.0], [0.0, 1.0], [0.0, 8.0]])
SENTENCES = np.array([[0.0, 9.0], [0.0, 2.0], [3.0, 0.0], [7.0, 0.0]])
"""What each block says of four mails, a margin a label; the blocks contradict each other."""
SURE = np.array([True, False, False, True])


def log_softmax(logits: Floats, temperature: float) -> Floats:
    scaled = logits / temperature
    return np.asarray(scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True)))


def expected() -> Floats:
    """Sure by the first head at its temperature, else the sum of both blocks at the second one's."""
    return np.where(SURE[:, None], log_softmax(WORDS, 2.0), log_softmax(WORDS + SENTENCES, 0.5))


def test_the_rows_are_chosen_as_meant() -> None:
    assert ((np.exp(log_softmax(WORDS, 2.0)).max(axis=1) >= CUT) == SURE).all()


def _data() -> TrainingData:
    rows = cast("TrainingRows", None)
    features = {"words": csr_matrix(WORDS), "sentences": SENTENCES}
    return TrainingData(rows, features, {}, cast("Any", None), cast("Any", None), load_settings())


def _head(*blocks: str) -> FittedLinear:
    model = LinearModel(np.hstack([np.eye(2)] * len(blocks)), np.zeros(2))
    return FittedLinear(model, dict.fromkeys(blocks, 1.0), np.arange(2 * len(blocks)), ("a", "b"))


def test_on_arrays_each_row_is_decided_by_whom_it_should() -> None:
    fitted = FittedCascade(_head("words"), _head("words", "sentences"), CASCADE)
    np.testing.assert_allclose(fitted.logits(_data(), np.full(4, True)), expected(), atol=1e-9)
    some = np.array([False, True, False, True])
    np.testing.assert_allclose(fitted.logits(_data(), some), expected()[some], atol=1e-9)


def _mail(spark: SparkSession) -> DataFrame:
    rows = [(n, f"text {n}", *WORDS[n].tolist(), *SENTENCES[n].tolist()) for n in range(4)]
    return spark.createDataFrame(
        rows, f"n int, {PLAIN} string, w0 double, w1 double, s0 double, s1 double"
    ).withColumnRenamed("n", "row")


def _model() -> LoadedModel:
    """Margins of two heads side by side: the first hears words, the second words and sentences."""
    stages: list[Transformer] = [
        SQLTransformer(statement="SELECT *, 1.0D AS known_share, 0.0D AS nothing FROM __THIS__"),
        VectorAssembler(inputCols=["w0", "w1", "w0", "w1"], outputCol="words_margins"),
        SQLTransformer(statement="SELECT *, 0.0D AS nothing FROM __THIS__"),
        VectorAssembler(inputCols=["nothing", "nothing", "s0", "s1"], outputCol="sentences_margins"),
    ]
    head = HeadDescription(
        name="h", labels=("a", "b"), candidate="cascade", cascade=CASCADE, threshold=Threshold(default=0.5)
    )
    origin = Provenance(data="made up", data_digest="", rows=4, seed=1, commit="", lock_sha256="", licence="Apache-2.0")
    about = ModelDescription(heads=(head,), blocks=("words", "sentences"), embeddings_from=2, provenance=origin)
    return LoadedModel("m", "1", PipelineModel(stages), about)


@pytest.mark.slow
def test_in_spark_the_same_and_sure_mails_lose_their_text_before_the_embeddings(spark: SparkSession) -> None:
    rows = with_logits(_mail(spark), _model()).orderBy("row").collect()
    np.testing.assert_allclose([row.raw_h for row in rows], expected(), atol=1e-9)
    assert [row[PLAIN] for row in rows] == ["" if sure else f"text {n}" for n, sure in enumerate(SURE)]
