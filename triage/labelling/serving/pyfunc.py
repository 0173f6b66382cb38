"""The model that MLflow's server calls: the batch's own labelling, over rows of a pandas frame.

`mlflow models serve` and `mlflow.pyfunc.load_model` load it through `_load_pyfunc` of the package. Settings come from
the environment variable TRIAGE_SETTINGS as jobs/serve.py sets it, else they are the defaults.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import types as t

from triage.config import Settings, load_settings
from triage.labelling.models import Champion, LoadedModel
from triage.labelling.registry.model_folder import read_folder
from triage.labelling.registry.signature import ANSWER, TEXTS, input_schema
from triage.labelling.serving.inference import label
from triage.labelling.taxonomy import Taxonomy, load_taxonomy
from triage.mail.language import language
from triage.spark.session import spark_session

SETTINGS = "TRIAGE_SETTINGS"
"""Environment variable with all settings as JSON."""

DIGEST = "TRIAGE_MODEL_SHA256"
"""Environment variable with the registered SHA-256 of the model's manifest."""

Answer = dict[str, Any]


class ServedModel:
    """A model folder and the Spark session that labels with it."""

    def __init__(self, spark: SparkSession, champion: Champion) -> None:
        self._spark = spark
        self._champion = champion

    def predict(self, rows: pd.DataFrame, params: Mapping[str, Any] | None = None) -> list[Answer]:
        """One answer per row, in order: by head the columns of gold/labels."""
        labels = label(mails(self._spark, rows.to_dict("records")), self._champion).collect()
        answers: list[Answer] = [{} for _ in range(len(rows))]
        for found in labels:
            answers[int(found.mail_key)][found["head"]] = _answer(found)
        return answers


def load_served_model(path: str) -> ServedModel:
    """The model in the folder `path`. Raises ModelError when it does not match its manifest or cannot be read."""
    settings = _settings()
    spark = spark_session(settings, "serve")
    model = LoadedModel(
        settings.mlflow.registered_model, "served", *read_folder(Path(path), settings, os.environ.get(DIGEST))
    )
    return ServedModel(spark, Champion(model, {}, _decided(load_taxonomy(settings), model)))


def _settings() -> Settings:
    given = os.environ.get(SETTINGS)
    return Settings.model_validate_json(given) if given else load_settings()


def _decided(taxonomy: Taxonomy, model: LoadedModel) -> Taxonomy:
    """The heads of the taxonomy that the model has."""
    return taxonomy.model_copy(update={"heads": tuple(h for h in taxonomy.heads if h.name in model.heads)})


def mails(spark: SparkSession, records: Sequence[Mapping[Any, Any]]) -> DataFrame:
    """Records as rows of silver/mail; the key is the record's number.

    A record without a language has the one that its text is in, as a run finds it.
    """
    schema = input_schema()
    values = [
        (str(number), 0, *(_value(record.get(field.name), field.dataType) for field in schema.fields))
        for number, record in enumerate(map(_with_language, records))
    ]
    key = [t.StructField("mail_key", t.StringType()), t.StructField("batch_id", t.LongType())]
    return spark.createDataFrame(values, t.StructType([*key, *schema.fields])).coalesce(1)


def _with_language(record: Mapping[Any, Any]) -> Mapping[Any, Any]:
    subject, body = (_value(record.get(name), t.StringType()) or "" for name in TEXTS)
    known = _value(record.get("language"), t.StringType())
    return record if known else {**record, "language": language(subject, body)[0]}


def _value(given: Any, wanted: t.DataType) -> Any:
    """A value from JSON or pandas as the Python type that Spark needs; null where it is missing."""
    if isinstance(wanted, t.ArrayType):
        items = given if isinstance(given, list | tuple) or hasattr(given, "tolist") else None
        return None if items is None else [_value(item, wanted.elementType) for item in items]
    if isinstance(wanted, t.StructType):
        return tuple(_value(given.get(field.name), field.dataType) for field in wanted.fields)
    if given is None or given is pd.NA or given != given:  # noqa: PLR0124 - NaN is not itself
        return None
    if isinstance(wanted, t.TimestampType):
        return pd.Timestamp(given).to_pydatetime()
    if isinstance(wanted, t.IntegerType | t.LongType):
        return int(given)
    return bool(given) if isinstance(wanted, t.BooleanType) else given


def _answer(found: Row) -> Answer:
    return {name: value for name, value in found.asDict().items() if name in ANSWER}
