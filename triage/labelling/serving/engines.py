"""What labels the mails of a request: this process where the model allows it, else Spark. Both give the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyspark.sql import types as t

from triage.config import Settings
from triage.labelling.plain.decision import decide
from triage.labelling.plain.model import PlainModel, read_plain_model
from triage.labelling.registry.manifest import check_form, check_manifest
from triage.labelling.registry.signature import input_schema
from triage.labelling.taxonomy import Head, Taxonomy, load_taxonomy

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from triage.labelling.models import Champion

Mails = Sequence[Mapping[str, Any]]
"""Rows of silver/mail."""

Engine = Callable[[Mails], Iterable[Mapping[str, Any]]]
"""Gives the mails' rows of gold/labels, in any order."""


def engine_of(folder: Path, settings: Settings, digest: str | None) -> Engine:
    """The engine for the model in `folder`; Spark is started only for a model that needs it.

    `digest` is the SHA-256 of its manifest, where it is known. Raises ModelError when the folder does not match its
    manifest or cannot be read.
    """
    check_manifest(folder, digest)
    check_form(folder)
    name, taxonomy = settings.mlflow.registered_model, load_taxonomy(settings)
    plain = read_plain_model(name, "served", folder)
    if plain is not None and all(plain.decides(head) for head in plain.heads):
        return PlainEngine(plain, _decided(taxonomy, plain.heads).heads)
    from triage.labelling.models import Champion, LoadedModel
    from triage.labelling.registry.model_folder import read_folder
    from triage.spark.session import spark_session

    spark = spark_session(settings, "serve")
    model = LoadedModel(name, "served", *read_folder(folder, settings, digest))
    return SparkEngine(spark, Champion(model, {}, _decided(taxonomy, model.heads)))


def _decided(taxonomy: Taxonomy, heads: Mapping[str, Sequence[str]]) -> Taxonomy:
    """The heads of the taxonomy that the model has."""
    return taxonomy.model_copy(update={"heads": tuple(h for h in taxonomy.heads if h.name in heads)})


class PlainEngine:
    """A model that is linear in terms, applied in this process."""

    def __init__(self, model: PlainModel, heads: Sequence[Head]) -> None:
        self._model, self._heads = model, heads

    def __call__(self, mails: Mails) -> Iterable[Mapping[str, Any]]:
        return (row for mail in mails for row in decide(mail, self._model, self._heads).values())


class SparkEngine:
    """Any model, by the code of the batch."""

    def __init__(self, spark: SparkSession, champion: Champion) -> None:
        self._spark, self._champion = spark, champion

    def __call__(self, mails: Mails) -> Iterable[Mapping[str, Any]]:
        from triage.labelling.serving.inference import label

        return [row.asDict() for row in label(frame_of(self._spark, mails), self._champion).collect()]


def frame_of(spark: SparkSession, mails: Mails) -> DataFrame:
    """The columns of silver/mail that labelling reads."""
    key = [t.StructField("mail_key", t.StringType()), t.StructField("batch_id", t.LongType())]
    schema = t.StructType([*key, *input_schema().fields])
    return spark.createDataFrame([tuple(mail[name] for name in schema.names) for mail in mails], schema).coalesce(1)
