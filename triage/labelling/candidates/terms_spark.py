"""The hashed terms, fitted by Spark ML's own logistic regression: for rows that outgrow one machine.

Elastic net (Zou & Hastie 2005) by L-BFGS or OWL-QN over the executors; the result is a linear head like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from optuna.trial import Trial
from pyspark.ml import PipelineModel, Transformer
from pyspark.ml.classification import LogisticRegression, LogisticRegressionModel
from pyspark.ml.feature import ElementwiseProduct, VarianceThresholdSelectorModel, VectorAssembler
from pyspark.ml.linalg import DenseVector
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from triage.config import Settings
from triage.labelling.candidates.base import (
    FittedHead,
    Flags,
    Floats,
    Params,
    TrainingData,
    require_single_label,
)
from triage.labelling.candidates.linear import FittedLinear, scales_of
from triage.labelling.description import LINEAR
from triage.labelling.features.blocks import counting_stages, idf_stages
from triage.labelling.features.terms import TEXT
from triage.labelling.linear.solvers import LinearModel, label_weights

ROWS_A_PARTITION = 20_000
"""Rows that one task sums over. The sum of up to two tasks does not depend on their order, so fits are repeatable to
the byte; beyond that their last digits differ."""

_ITERATIONS = 50
_TOLERANCE = 1e-4
_UNSEEN = -10.0
"""Logit of a label that no row has."""

_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TermsSparkCandidate:
    """The terms of `terms`, fitted by the cluster."""

    name: str = "terms_spark"
    family: str = LINEAR
    blocks: tuple[str, ...] = ("words", "pairs", "grams")

    @property
    def default(self) -> Params:
        """Ridge, nearly without regularization, as suits sparse rows of length 1."""
        return {"c": 10.0, "elastic_net": 0.0, "balance": 1.0, "words": 1.0, "pairs": 0.5, "grams": 1.0}

    def missing(self, settings: Settings) -> str:
        """Nothing: Spark is always there."""
        return ""

    def suggest(self, trial: Trial) -> Params:
        """Regularization, share of it that is absolute values, balance, and the blocks' scales."""
        return {
            "c": trial.suggest_float("spark_c", 1.0, 100.0, log=True),
            "elastic_net": trial.suggest_categorical("elastic_net", [0.0, 0.05, 0.2]),
            "balance": trial.suggest_categorical("spark_balance", [0.5, 1.0]),
            "words": 1.0,
            "pairs": trial.suggest_categorical("spark_pairs", [0.0, 0.5, 1.0]),
            "grams": trial.suggest_categorical("spark_grams", [0.0, 0.5, 1.0]),
        }

    def fit(
        self, data: TrainingData, head: str, use: Flags, params: Params, start: FittedHead | None = None
    ) -> FittedLinear:
        """Fits on the rows of the mask, always from scratch: Spark ML takes no start.

        `c` is scikit-learn's: Spark's regParam is 1 / (c · sum of the rows' weights). Raises ConfigError for a head
        that gives a mail several labels.
        """
        require_single_label(data, head, self.name)
        scales, truth = scales_of(params), data.rows.truth[head][use]
        used = np.unique(
            np.concatenate([_places(data, block, use) + at for block, at in _starts(data, scales).items()])
        )
        given = data.rows.weight_of(head, use)
        weights = label_weights(truth, float(params["balance"] or 0.0), given)[truth.argmax(axis=1)]
        weights = weights if given is None else weights * given
        estimator = _estimator(params, float(weights.sum()))
        stages = PipelineModel(_stages(data, scales, used))
        found = stages.transform(_rows(data, head, use, weights)).select("features", "place", "weight")
        # without its past, which holds the stages' wide vectors and would travel with every step of the solver
        model = _linear_model(estimator.fit(found.localCheckpoint()), len(data.rows.labels[head]))
        return FittedLinear(model, scales, used, data.rows.labels[head])


def _starts(data: TrainingData, scales: Mapping[str, float]) -> dict[str, int]:
    """Block → its first place among the blocks side by side."""
    widths = [data.features[block].shape[1] for block in scales]
    return dict(zip(scales, np.cumsum([0, *widths[:-1]]).tolist(), strict=True))


def _places(data: TrainingData, block: str, use: Flags) -> _Ints:
    return np.unique(data.features[block][use].indices).astype(np.int64)


def _rows(data: TrainingData, head: str, use: Flags, weights: Floats) -> DataFrame:
    """The rows' text with the place of their label and their weight, parted and ordered by number."""
    places = data.rows.truth[head][use].argmax(axis=1).astype(float).tolist()
    said = list(zip(data.rows.numbers[use].tolist(), places, weights.tolist(), strict=True))
    answers = data.spark.createDataFrame(said, "row long, place double, weight double")
    tasks = -(-len(said) // ROWS_A_PARTITION)
    texts = data.prepared.select("row", TEXT).join(answers, "row")
    return texts.repartition(tasks, f.col("row") % tasks).sortWithinPartitions("row")


def _stages(data: TrainingData, scales: Mapping[str, float], used: _Ints) -> list[Transformer]:
    """`TEXT` to `features`: the blocks side by side, only the places that take part, each times its block's scale."""
    stages = counting_stages(tuple(scales), data.settings.labelling.hash_bits)
    for block in scales:
        stages += idf_stages(data.spark, block, data.weights[block])
    starts = _starts(data, scales)
    block_of = np.searchsorted(list(starts.values()), used, side="right") - 1
    scaling = DenseVector(np.array(list(scales.values()))[block_of])
    return [
        *stages,
        VectorAssembler(inputCols=[f"{block}_features" for block in scales], outputCol="side_by_side"),
        _selector(data.spark, used),
        ElementwiseProduct(scalingVec=scaling, inputCol="chosen", outputCol="features"),
    ]


def _selector(spark: SparkSession, used: _Ints) -> Transformer:
    """Made by the JVM constructor that Spark's own reader uses; it walks sparse rows and places side by side."""
    jvm: Any = spark._jvm
    gateway: Any = spark.sparkContext._gateway
    places = gateway.new_array(jvm.int, len(used))
    jvm.java.nio.ByteBuffer.wrap(used.astype(">i4").tobytes()).asIntBuffer().get(places)
    java = jvm.org.apache.spark.ml.feature.VarianceThresholdSelectorModel("places_that_take_part", places)
    model: VarianceThresholdSelectorModel = VarianceThresholdSelectorModel(java)
    return model.setFeaturesCol("side_by_side").setOutputCol("chosen")


def _estimator(params: Params, weight: float) -> LogisticRegression:
    return LogisticRegression(
        featuresCol="features",
        labelCol="place",
        weightCol="weight",
        family="multinomial",
        standardization=False,
        regParam=1.0 / (float(params["c"] or 1.0) * weight),
        elasticNetParam=float(params["elastic_net"] or 0.0),
        maxIter=_ITERATIONS,
        tol=_TOLERANCE,
    )


def _linear_model(model: LogisticRegressionModel, labels: int) -> LinearModel:
    """Spark knows the labels up to the last one that has rows."""
    known = np.asarray(model.coefficientMatrix.toArray())
    weights, bias = np.zeros((labels, known.shape[1])), np.full(labels, _UNSEEN)
    weights[: len(known)], bias[: len(known)] = (
        known,
        np.maximum(model.interceptVector.toArray(), _UNSEEN),
    )
    return LinearModel(weights, bias)
