"""TF-IDF weights: learnt on the driver from hashed counts, applied by Spark ML in the JVM."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from pyspark.ml import Transformer
from pyspark.ml.common import _py2java
from pyspark.ml.feature import IDFModel, Normalizer
from pyspark.ml.linalg import DenseVector
from pyspark.sql import SparkSession
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize

from triage.labelling.features import COUNTS

FEATURES = "features"
LEAST_ROWS = 2
"""Terms of fewer rows weigh nothing, as unseen ones do: they would only shorten the others."""

Floats = npt.NDArray[np.float64]


def rarity(counts: csr_matrix) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Inverse document frequency log((rows + 1) / (df + 1)) and df, one a column (Spark's definition)."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.int64)
    weights = np.log((counts.shape[0] + 1) / (frequency + 1))
    return np.where(frequency < LEAST_ROWS, 0.0, weights), frequency


def weighed(counts: csr_matrix, weights: Floats) -> csr_matrix:
    """Counts × weights, each row brought to length 1; what `weighing_stages` does in the JVM."""
    product = counts.copy()  # eliminate_zeros works in place, and a matrix made of its parts would share them
    product.data *= weights[product.indices]
    product.eliminate_zeros()
    return normalize(product, norm="l2", copy=False)


def weighing_stages(
    spark: SparkSession, weights: Floats, frequency: npt.NDArray[np.int64], rows: int
) -> list[Transformer]:
    """Spark ML stages from counts to features.

    The models are made by the JVM constructors that Spark's own readers use: fitting them again in Spark
    would cost passes over the data for what the driver already knows.
    """
    jvm: Any = spark._jvm
    context = spark.sparkContext
    vector = jvm.org.apache.spark.mllib.linalg.Vectors.fromML(_py2java(context, DenseVector(weights)))
    inner = jvm.org.apache.spark.mllib.feature.IDFModel(vector, _java_longs(spark, frequency), rows)
    model: IDFModel = IDFModel(jvm.org.apache.spark.ml.feature.IDFModel("rarity", inner))
    model.setInputCol(COUNTS).setOutputCol("weights")
    return [model, Normalizer(inputCol="weights", outputCol=FEATURES, p=2.0)]


def _java_longs(spark: SparkSession, values: npt.NDArray[np.int64]) -> Any:
    """A long[] filled at once; py4j would send it a number at a time."""
    jvm: Any = spark._jvm
    gateway: Any = spark.sparkContext._gateway
    filled = gateway.new_array(jvm.long, len(values))
    jvm.java.nio.ByteBuffer.wrap(values.astype(">i8").tobytes()).asLongBuffer().get(filled)
    return filled
