"""Linear heads as Spark ML stages: one stage a block of features gives the margins of all heads.

All heads of a model share one stage a block, whose rows are the labels of all heads, one head after the other. So a
block's features are multiplied once, whatever the number of heads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pyspark.ml import Transformer
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.ml.feature import Normalizer
from pyspark.ml.linalg import DenseMatrix, DenseVector, SparseMatrix
from pyspark.sql import SparkSession
from scipy.sparse import csc_matrix, csr_matrix, vstack

from triage.labelling.features.blocks import IdfWeights
from triage.labelling.linear.spark_models import linear_regression, logistic_regression

Floats = npt.NDArray[np.float64]

KNOWN_SHARE = "known_share"
DENSE_BYTES = 96 * 2**20
"""Size up to which weights are kept dense, which multiplies faster: a sparse matrix is walked from end to end."""


@dataclass(frozen=True)
class LinearHead:
    """Logits are the sum over the blocks of features · weights' plus `bias`; weights are labels × features."""

    labels: tuple[str, ...]
    weights: Mapping[str, csc_matrix]
    bias: Floats


def margins_column(block: str) -> str:
    """Column with the block's part of all heads' logits."""
    return f"{block}_margins"


def margins_stage(stages: Sequence[Transformer], block: str) -> LogisticRegressionModel:
    """That of a block among a fitted pipeline's stages. Raises KeyError where there is none."""
    models = (stage for stage in stages if isinstance(stage, LogisticRegressionModel))
    return {stage.getRawPredictionCol(): stage for stage in models}[margins_column(block)]


def coefficients(stage: LogisticRegressionModel) -> csc_matrix:
    """A stage's labels × features; what Spark holds sparse is never made dense."""
    matrix: Any = stage.coefficientMatrix
    if not hasattr(matrix, "colPtrs"):
        return csc_matrix(matrix.toArray())
    form = csr_matrix if matrix.isTransposed else csc_matrix
    shape = (matrix.numRows, matrix.numCols)
    return csc_matrix(form((matrix.values, matrix.rowIndices, matrix.colPtrs), shape=shape))


def margin_stages(
    spark: SparkSession, heads: Sequence[LinearHead], blocks: Sequence[str], *, with_bias: bool
) -> list[Transformer]:
    """One stage a block, from `<block>_features` to `<block>_margins`; the first one adds the biases if asked."""
    bias = np.concatenate([head.bias for head in heads])
    return [
        _margins(spark, block, _merged(heads, block), bias if with_bias and number == 0 else 0 * bias)
        for number, block in enumerate(blocks)
    ]


def known_share_stages(spark: SparkSession, weights: IdfWeights) -> list[Transformer]:
    """`words_counts` to `known_share`: the share of the words that the training rows have, too, 0 to 1."""
    model = linear_regression(spark, "familiarity", DenseVector(weights.known))
    shares = Normalizer(inputCol="words_counts", outputCol="words_shares", p=1.0)
    return [shares, model.setFeaturesCol("words_shares").setPredictionCol(KNOWN_SHARE)]


def _merged(heads: Sequence[LinearHead], block: str) -> csc_matrix:
    width = next(head.weights[block].shape[1] for head in heads if block in head.weights)
    rows = [head.weights.get(block, csc_matrix((len(head.labels), width))) for head in heads]
    return csc_matrix(vstack(rows, format="csc"))


def _margins(spark: SparkSession, block: str, weights: csc_matrix, bias: Floats) -> LogisticRegressionModel:
    """Only its raw predictions are asked for."""
    rows, columns = weights.shape
    matrix: DenseMatrix | SparseMatrix
    if rows * columns * 8 <= DENSE_BYTES:
        matrix = DenseMatrix(rows, columns, weights.toarray().ravel(order="F"))
    else:
        matrix = SparseMatrix(rows, columns, weights.indptr, weights.indices, weights.data)
    model = logistic_regression(spark, f"margins_{block}", matrix, DenseVector(bias), rows)
    model.setFeaturesCol(f"{block}_features").setRawPredictionCol(margins_column(block))
    return model.setProbabilityCol("").setPredictionCol("")
