"""Reads the stages of a saved Spark pipeline on the driver, without Spark jobs.

Spark's own reader starts jobs for every stage, which is most of the start of a small run. What this one needs to know
of Spark's files is the metadata as JSON, which `DefaultParamsReader` of pyspark interprets, and the columns of three
models. Vectors and matrices are read by pyspark's own types. A copy of the stages in a format of this project would
need a writer as well and would load no faster. A test compares the result with Spark's own reader, so a new Spark
version with other files is noticed there.
"""

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
from pyspark.ml.linalg import MatrixUDT, VectorUDT
from pyspark.ml.pipeline import PipelineSharedReadWrite
from pyspark.ml.util import DefaultParamsReader
from pyspark.ml.wrapper import JavaParams
from pyspark.sql import SparkSession
from sparknlp.annotator import RegexTokenizer
from sparknlp.base import DocumentAssembler, EmbeddingsFinisher, Finisher

from triage.labelling.features.idf_model import idf_model
from triage.labelling.linear.spark_models import linear_regression, logistic_regression

Metadata = Mapping[str, Any]
Data = Mapping[str, Any]


def read_stages(folder: Path, read_other: Callable[[Path], Transformer]) -> PipelineModel:
    """The pipeline in a local folder; `read_other` reads stages of classes that are not listed here.

    Raises exceptions of any type for files that are missing or not as Spark writes them.
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
        stage = _MODELS[kind](SparkSession.active(), about["uid"], _data(folder))
    else:
        return read_other(folder)
    DefaultParamsReader.getAndSetParams(stage, dict(about))
    return cast("Transformer", stage)


def _metadata(folder: Path) -> Metadata:
    found: Metadata = json.loads((folder / "metadata" / "part-00000").read_text("utf-8"))
    return found


def _without_data(kind: type[Any], about: Metadata) -> Any:
    stage = kind()._resetUid(about["uid"])
    stage._java_obj = JavaParams._new_java_obj(about["class"], about["uid"])
    return stage


def _data(folder: Path) -> Data:
    """The only row of a model's data by column; vectors and matrices as the tuples that pyspark's types deserialize."""
    (file,) = (folder / "data").glob("part-*.parquet")
    table = pq.ParquetFile(file).read()
    return {name: _plain(column[0]) for name, column in zip(table.column_names, table.columns, strict=True)}


def _plain(value: Any) -> Any:
    if not value.is_valid:
        return None
    if isinstance(value, pa.StructScalar):
        return tuple(_plain(field) for _, field in value.items())
    return np.asarray(value.values) if isinstance(value, pa.ListScalar) else value.as_py()


def _idf(spark: SparkSession, uid: str, data: Data) -> Any:
    return idf_model(spark, uid, VectorUDT().deserialize(data["idf"]), data["docFreq"], data["numDocs"])


def _linear(spark: SparkSession, uid: str, data: Data) -> Any:
    coefficients = VectorUDT().deserialize(data["coefficients"])
    return linear_regression(spark, uid, coefficients, data["intercept"], data["scale"])


def _logistic(spark: SparkSession, uid: str, data: Data) -> Any:
    weights = MatrixUDT().deserialize(data["coefficientMatrix"])
    bias = VectorUDT().deserialize(data["interceptVector"])
    return logistic_regression(spark, uid, weights, bias, data["numClasses"], multinomial=data["isMultinomial"])


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
_MODELS: Mapping[str, Callable[[SparkSession, str, Data], Any]] = {
    "org.apache.spark.ml.classification.LogisticRegressionModel": _logistic,
    "org.apache.spark.ml.feature.IDFModel": _idf,
    "org.apache.spark.ml.regression.LinearRegressionModel": _linear,
}
