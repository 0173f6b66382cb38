"""Linear heads: fitted by scikit-learn on the driver from sparse features, applied by Spark ML in the JVM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pyspark.ml import PipelineModel, Transformer
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.ml.common import _py2java
from pyspark.ml.feature import IndexToString
from pyspark.ml.linalg import DenseVector, SparseMatrix
from pyspark.sql import SparkSession
from scipy.sparse import csc_matrix, csr_matrix
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from triage.labelling.weights import FEATURES

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]

ITERATIONS = 300
"""At most."""

TOLERANCE = 1e-3
"""Largest gradient at which the solver stops."""


@dataclass(frozen=True)
class LinearHead:
    """Multinomial logistic regression: `weights` labels × features, `bias` one a label."""

    labels: tuple[str, ...]
    weights: csc_matrix
    bias: Floats

    def probabilities(self, features: csr_matrix) -> Floats:
        """Rows × labels."""
        scores = np.asarray((features @ self.weights.T).todense()) + self.bias
        return np.asarray(softmax(scores, axis=1))


def fit_head(features: csr_matrix, labels: Texts, *, inverse_regularization: float, seed: int) -> LinearHead:
    """L2-regularized fit with balanced classes; equal input gives equal bytes.

    Only columns that occur take part, and one thread sums in one order. Two labels are fitted as one
    weight vector w and stored as (-w/2, w/2), whose softmax is the same sigmoid.
    """
    used = np.unique(features.indices)
    model = LogisticRegression(
        C=inverse_regularization,
        class_weight="balanced",
        max_iter=ITERATIONS,
        tol=TOLERANCE,
        random_state=seed,
    )
    with threadpool_limits(limits=1):
        model.fit(features[:, used], labels)
    weights, bias = np.asarray(model.coef_), np.asarray(model.intercept_)
    if len(model.classes_) == 2:
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    return LinearHead(tuple(map(str, model.classes_)), _widened(weights, used, features.shape[1]), bias)


def _widened(weights: Floats, used: npt.NDArray[np.int32], width: int) -> csc_matrix:
    narrow = csc_matrix(weights)
    starts = np.zeros(width + 1, dtype=np.int32)
    starts[used + 1] = np.diff(narrow.indptr)
    return csc_matrix((narrow.data, narrow.indices, np.cumsum(starts)), shape=(len(weights), width))


def head_stages(spark: SparkSession, name: str, head: LinearHead) -> list[Transformer]:
    """Spark ML stages with the columns raw_, probability_, prediction_ and best_label_`name`."""
    rows, columns = head.weights.shape
    matrix = SparseMatrix(rows, columns, head.weights.indptr, head.weights.indices, head.weights.data)
    context = spark.sparkContext
    jvm: Any = spark._jvm
    java = jvm.org.apache.spark.ml.classification.LogisticRegressionModel(
        f"head_{name}", _py2java(context, matrix), _py2java(context, DenseVector(head.bias)), rows, True
    )
    model: LogisticRegressionModel = LogisticRegressionModel(java)
    model.setFeaturesCol(FEATURES).setRawPredictionCol(f"raw_{name}")
    model.setProbabilityCol(f"probability_{name}").setPredictionCol(f"prediction_{name}")
    names = IndexToString(
        inputCol=f"prediction_{name}", outputCol=f"best_label_{name}", labels=list(head.labels)
    )
    return [model, names]


def heads_of(pipeline: PipelineModel) -> dict[str, tuple[str, ...]]:
    """The heads that a pipeline decides, each with its labels in the order of its probabilities."""
    naming = [stage for stage in pipeline.stages if isinstance(stage, IndexToString)]
    return {stage.getOutputCol().removeprefix("best_label_"): tuple(stage.getLabels()) for stage in naming}
