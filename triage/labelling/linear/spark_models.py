"""Spark ML's linear models, built from weights on the driver by the JVM constructors that Spark's own readers use.

Fitting them in Spark would cost passes over the data, and reading them some Spark jobs each.
"""

from __future__ import annotations

from typing import Any

from pyspark.ml.classification import LogisticRegressionModel
from pyspark.ml.common import _py2java
from pyspark.ml.linalg import DenseMatrix, Matrix, SparseMatrix, Vector
from pyspark.ml.regression import LinearRegressionModel
from pyspark.sql import SparkSession
from scipy.sparse import csr_matrix


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
    return LogisticRegressionModel(java(uid, _java_matrix(spark, weights), _java(spark, bias), classes, multinomial))


def _java(spark: SparkSession, value: Matrix | Vector) -> Any:
    return _py2java(spark.sparkContext, value)


def _java_matrix(spark: SparkSession, matrix: Matrix) -> Any:
    """A dense one crosses over without its zeros, which is most of it where the features are hashed terms."""
    if not isinstance(matrix, DenseMatrix) or matrix.isTransposed:
        return _java(spark, matrix)
    rows, columns = matrix.numRows, matrix.numCols
    found = csr_matrix(matrix.values.reshape(columns, rows))  # by columns, as Spark has them
    return _java(spark, SparseMatrix(rows, columns, found.indptr, found.indices, found.data)).toDense()
