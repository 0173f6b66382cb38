"""Reads the stages of a saved Spark pipeline on the driver, without Spark jobs.

Spark's own reader starts jobs for every stage, which is most of the start of a small run. What this one needs to know
of Spark's files is the metadata as JSON, which `DefaultParamsReader` of pyspark interprets, and the columns of three
models. Vectors and matrices are read by pyspark's own types. A copy of the stages in a format of this project would
need a writer as well and would load no faster. A test compares the result with Spark's own reader, so a new Spark
version with other files is noticed there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.ml import PipelineModel, Transformer
from pyspark.ml.feature import (
    ElementwiseProduct,
    HashingTF,
    NGram,
    Normalizer,
    SQLTransformer,
    VarianceThresholdSelectorModel,
    VectorAssembler,
)
from pyspark.ml.linalg import MatrixUDT, VectorUDT
from pyspark.ml.pipeline import PipelineSharedReadWrite
from pyspark.ml.util import DefaultParamsReader
from pyspark.ml.wrapper import JavaParams
from pyspark.sql import SparkSession
from sparknlp.annotator import ClassifierDLModel, Doc2VecModel, E5Embeddings, RegexTokenizer
from sparknlp.base import DocumentAssembler, EmbeddingsFinisher, Finisher

from triage.labelling.features.idf_model import idf_model
from triage.labelling.linear.spark_models import linear_regression, logistic_regression
from triage.labelling.registry.format.layout import LayoutError
from triage.labelling.registry.format.statements import check_statement

Metadata = Mapping[str, Any]
Data = Mapping[str, Any]


ReadOther = Callable[[Path, type[Any]], Transformer]
"""Reads the stage in a folder, by the reader of its class."""


def read_stages(folder: Path, read_other: ReadOther) -> PipelineModel:
    """The pipeline in a local folder; `read_other` reads stages of the classes `BY_SPARK`, by their own readers.

    Spark's reader would import the class that a file names, whatever it is. Here a class that is not listed is no part
    of a label model: raises LayoutError for it, and for an SQL statement that is not accepted. Raises exceptions of any
    type for files that are missing or not as Spark writes them.
    """
    about = _metadata(folder)
    if about["class"] not in _PIPELINES:
        raise LayoutError("its pipeline is of a class that is not accepted")
    uids = about["paramMap"]["stageUids"]
    places = (
        PipelineSharedReadWrite.getStagePath(uid, number, len(uids), str(folder / "stages"))
        for number, uid in enumerate(map(_plain_uid, uids))
    )
    pipeline = PipelineModel([_stage(Path(place), read_other) for place in places])
    return pipeline._resetUid(about["uid"])


def _plain_uid(uid: str) -> str:
    """The uid, which is part of a path. Raises LayoutError where it could lead out of the folder."""
    if not _UID.fullmatch(uid):
        raise LayoutError("a stage has a name that is not accepted")
    return uid


def _stage(folder: Path, read_other: ReadOther) -> Transformer:
    about = _metadata(folder)
    kind = about["class"]
    if kind == _SQL:
        check_statement(about["paramMap"]["statement"])
    if kind in _WITHOUT_DATA:
        stage = _without_data(_WITHOUT_DATA[kind], about)
    elif kind in _MODELS:
        stage = _MODELS[kind](SparkSession.active(), about["uid"], _data(folder))
    elif kind in BY_SPARK:
        return read_other(folder, BY_SPARK[kind])
    else:
        raise LayoutError("a stage is of a class that is not accepted")
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


_UID = re.compile(r"\w[\w-]*")
_PIPELINES = ("org.apache.spark.ml.PipelineModel", "pyspark.ml.pipeline.PipelineModel")
_SQL = "org.apache.spark.ml.feature.SQLTransformer"
_WITHOUT_DATA: Mapping[str, type[Any]] = {
    "org.apache.spark.ml.feature.HashingTF": HashingTF,
    "org.apache.spark.ml.feature.NGram": NGram,
    "org.apache.spark.ml.feature.Normalizer": Normalizer,
    _SQL: SQLTransformer,
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
BY_SPARK: Mapping[str, type[Any]] = {
    "com.johnsnowlabs.nlp.annotators.classifier.dl.ClassifierDLModel": ClassifierDLModel,
    "com.johnsnowlabs.nlp.embeddings.Doc2VecModel": Doc2VecModel,
    "com.johnsnowlabs.nlp.embeddings.E5Embeddings": E5Embeddings,
    "org.apache.spark.ml.feature.ElementwiseProduct": ElementwiseProduct,
    "org.apache.spark.ml.feature.VarianceThresholdSelectorModel": VarianceThresholdSelectorModel,
    "org.apache.spark.ml.feature.VectorAssembler": VectorAssembler,
}
"""Further classes, which candidates may leave in a pipeline, by their name in the JVM.

The three of Spark NLP keep parts as Java objects and networks as ONNX or TensorFlow graphs: for what these hold, the
digest vouches alone.
"""
