"""Stages of a pipeline from Spark's own files, read on the driver: Spark's readers start a job or two for each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.ml import PipelineModel, Transformer
from pyspark.ml.feature import HashingTF, NGram, Normalizer, SQLTransformer
from pyspark.ml.linalg import DenseMatrix, DenseVector, Matrix, SparseMatrix, SparseVector, Vector
from pyspark.ml.pipeline import PipelineSharedReadWrite
from pyspark.ml.util import DefaultParamsReader
from pyspark.ml.wrapper import JavaParams
from pyspark.sql import SparkSession
from sparknlp.annotator import RegexTokenizer
from sparknlp.base import DocumentAssembler, EmbeddingsFinisher, Finisher

from triage.labelling.features.idf_model import idf_model
from triage.labelling.linear.spark_models import linear_regression, logistic_regression

Metadata = Mapping[str, Any]


def read_stages(folder: Path, read_other: Callable[[Path], Transformer]) -> PipelineModel:
    """The pipeline in a local folder; a stage of a class that is not known here is left to `read_other`.

    Raises what Python raises at files that are missing or not as Spark writes them.
    """
    about = _metadata(folder)
    uids = about["paramMap"]["stageUids"]
    places = (
        PipelineSharedReadWrite.getStagePath(uid, number, len(uids), str(folder / "stages"))
        for number, uid in enumerate(uids)
    )
    pipeline = PipelineModel([_stage(Path(place), read_other) for place in places])
    return pipeline._resetUid(about["uid"])


def _stage(folder: Path, read_other: Callable[[Path], Transformer]) -> Transformer:
    about = _metadata(folder)
    kind = about["class"]
    if kind in _WITHOUT_DATA:
        stage = _without_data(_WITHOUT_DATA[kind], about)
    elif kind in _MODELS:
        stage = _MODELS[kind](SparkSession.active(), about["uid"], _row(folder))
    else:
        return read_other(folder)
    DefaultParamsReader.getAndSetParams(stage, dict(about))
    return cast(Transformer, stage)


def _metadata(folder: Path) -> Metadata:
    found: Metadata = json.loads((folder / "metadata" / "part-00000").read_text("utf-8"))
    return found


def _without_data(kind: type[Any], about: Metadata) -> Any:
    stage = kind()._resetUid(about["uid"])
    stage._java_obj = JavaParams._new_java_obj(about["class"], about["uid"])
    return stage


def _row(folder: Path) -> pa.StructScalar:
    """The only one of a model's data."""
    (file,) = (folder / "data").glob("part-*.parquet")
    (row,) = pq.ParquetFile(file).read().to_batches()
    return row.to_struct_array()[0]


def _idf(spark: SparkSession, uid: str, row: pa.StructScalar) -> Any:
    return idf_model(spark, uid, _vector(row["idf"]), _numbers(row["docFreq"]), row["numDocs"].as_py())


def _linear(spark: SparkSession, uid: str, row: pa.StructScalar) -> Any:
    coefficients = _vector(row["coefficients"])
    return linear_regression(spark, uid, coefficients, row["intercept"].as_py(), row["scale"].as_py())


def _logistic(spark: SparkSession, uid: str, row: pa.StructScalar) -> Any:
    weights, bias = _matrix(row["coefficientMatrix"]), _vector(row["interceptVector"])
    classes, multinomial = row["numClasses"].as_py(), row["isMultinomial"].as_py()
    return logistic_regression(spark, uid, weights, bias, classes, multinomial=multinomial)


_WITHOUT_DATA: Mapping[str, type[Any]] = {
    "org.apache.spark.ml.feature.HashingTF": HashingTF,
    "org.apache.spark.ml.feature.NGram": NGram,
    "org.apache.spark.ml.feature.Normalizer": Normalizer,
    "org.apache.spark.ml.feature.SQLTransformer": SQLTransformer,
    "com.johnsnowlabs.nlp.DocumentAssembler": DocumentAssembler,
    "com.johnsnowlabs.nlp.EmbeddingsFinisher": EmbeddingsFinisher,
    "com.johnsnowlabs.nlp.Finisher": Finisher,
    "com.johnsnowlabs.nlp.annotators.RegexTokenizer": RegexTokenizer,
}
_MODELS: Mapping[str, Callable[[SparkSession, str, pa.StructScalar], Any]] = {
    "org.apache.spark.ml.classification.LogisticRegressionModel": _logistic,
    "org.apache.spark.ml.feature.IDFModel": _idf,
    "org.apache.spark.ml.regression.LinearRegressionModel": _linear,
}


def _vector(value: pa.StructScalar) -> Vector:
    """As VectorUDT stores it: type 0 is sparse, 1 is dense."""
    values = _numbers(value["values"])
    if value["type"].as_py() == 1:
        return DenseVector(values)
    return SparseVector(value["size"].as_py(), _numbers(value["indices"]), values)


def _matrix(value: pa.StructScalar) -> Matrix:
    """As MatrixUDT stores it: type 0 is sparse, 1 is dense."""
    shape = value["numRows"].as_py(), value["numCols"].as_py()
    values, transposed = _numbers(value["values"]), value["isTransposed"].as_py()
    if value["type"].as_py() == 1:
        return DenseMatrix(*shape, values, transposed)
    return SparseMatrix(*shape, _numbers(value["colPtrs"]), _numbers(value["rowIndices"]), values, transposed)


def _numbers(value: pa.ListScalar) -> Any:
    return np.asarray(value.values)
