"""Spark ML's IDF model, built from weights on the driver by the JVM constructor that Spark's own reader uses."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from pyspark.ml.common import _py2java
from pyspark.ml.feature import IDFModel
from pyspark.ml.linalg import Vector
from pyspark.sql import SparkSession


def idf_model(spark: SparkSession, uid: str, idf: Vector, frequency: npt.NDArray[np.int64], rows: int) -> IDFModel:
    """IDF weights of terms, with the number of training rows and each term's document frequency."""
    jvm: Any = spark._jvm
    vector = jvm.org.apache.spark.mllib.linalg.Vectors.fromML(_py2java(spark.sparkContext, idf))
    inner = jvm.org.apache.spark.mllib.feature.IDFModel(vector, _java_longs(spark, frequency), rows)
    return IDFModel(jvm.org.apache.spark.ml.feature.IDFModel(uid, inner))


def _java_longs(spark: SparkSession, values: npt.NDArray[np.int64]) -> Any:
    """A long[] filled at once; py4j would send it a number at a time."""
    jvm: Any = spark._jvm
    gateway: Any = spark.sparkContext._gateway
    filled = gateway.new_array(jvm.long, len(values))
    jvm.java.nio.ByteBuffer.wrap(values.astype(">i8").tobytes()).asLongBuffer().get(filled)
    return filled
