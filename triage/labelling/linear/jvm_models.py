"""Spark ML's linear models and rarities, made of what the driver knows by the JVM constructors that Spark's own readers use.

Fitting them in Spark would cost passes over the data, and reading them some Spark jobs each.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.ml.common import _py2java
from pyspark.ml.feature import IDFModel
from pyspark.ml.linalg import DenseMatrix, Matrix, SparseMatrix, Vector
from pyspark.ml.regression import LinearRegressionModel
from pyspark.sql import SparkSession
from scipy.sparse import csr_matrix


def idf_model(
    spark: SparkSession, uid: str, idf: Vector, frequency: npt.NDArray[np.int64], rows: int
) -> IDFModel:
    """Weights of terms, with the number of `rows` learnt from and of those that have each term."""
    jvm: Any = spark._jvm
    vector = jvm.org.apache.spark.mllib.linalg.Vectors.fromML(_java(spark, idf))
    inner = jvm.org.apache.spark.mllib.feature.IDFModel(vector, _java_longs(spark, frequency), rows)
    return IDFModel(jvm.org.apache.spark.ml.feature.IDFModel(uid, inner))


def linear_regression(
    spark: SparkSession, uid: str, coefficients: Vector, intercept: float = 0.0, scale: float = 1.0
) -> LinearRegressionModel:
    """Prediction = features · coefficients + intercept; `scale` is that of Huber's loss, else 1."""
    java: Any = spark._jvm.org.apache.spark.ml.regression.LinearRegressionModel  # type: ignore[union-attr]
    return LinearRegressionModel(java(uid, _java(spark, coefficients), intercept, scale))


def logistic_regression(
    spark: SparkSession, uid: str, weights: Matrix, bias: Vector, classes: int, *, multinomial: bool = True
) -> LogisticRegressionModel:
    """Raw predictions = weights (classes × features) times features + bias."""
    java: Any = spark._jvm.org.apache.spark.ml.classification.LogisticRegressionModel  # type: ignore[union-attr]
    return LogisticRegressionModel(
        java(uid, _java_matrix(spark, weights), _java(spark, bias), classes, multinomial)
    )


def _java(spark: SparkSession, value: Matrix | Vector) -> Any:
    return _py2java(spark.sparkContext, value)


def _java_matrix(spark: SparkSession, matrix: Matrix) -> Any:
    """A dense one crosses over without its zeros, which is most of it where the features are hashed terms."""
    if not isinstance(matrix, DenseMatrix) or matrix.isTransposed:
        return _java(spark, matrix)
    rows, columns = matrix.numRows, matrix.numCols
    found = csr_matrix(matrix.values.reshape(columns, rows))  # by columns, as Spark has them
    return _java(spark, SparseMatrix(rows, columns, found.indptr, found.indices, found.data)).toDense()


def _java_longs(spark: SparkSession, values: npt.NDArray[np.int64]) -> Any:
    """A long[] filled at once; py4j would send it a number at a time."""
    jvm: Any = spark._jvm
    gateway: Any = spark.sparkContext._gateway
    filled = gateway.new_array(jvm.long, len(values))
    jvm.java.nio.ByteBuffer.wrap(values.astype(">i8").tobytes()).asLongBuffer().get(filled)
    return filled
