"""What labels the mails of a request: this process where the model allows it, else Spark. Both give the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from pyspark.sql import types as t

from triage.config import Settings
from triage.labelling.plain.decision import decide
from triage.labelling.plain.model import PlainModel, read_plain_model
from triage.labelling.registry.champion import require_heads
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


class ModelFiles(NamedTuple):
    """A version in a folder that nobody else writes to, and the SHA-256 of its manifest, where it is known."""

    name: str
    folder: Path
    version: str = "served"
    digest: str | None = None


NO_MODELS: Mapping[str, ModelFiles] = MappingProxyType({})


def engine_of(bundle: ModelFiles, settings: Settings, single: Mapping[str, ModelFiles] = NO_MODELS) -> Engine:
    """The engine for a bundle and the heads that have a model of their own; one that needs Spark starts it for all.

    Raises ModelError when a folder does not match its manifest, cannot be read or does not fit the taxonomy.
    """
    for files in (bundle, *single.values()):
        check_manifest(files.folder, files.digest)
        check_form(files.folder)
    taxonomy = load_taxonomy(settings)
    plain = _plain_parts(bundle, single, taxonomy)
    return _spark_engine(bundle, single, taxonomy, settings) if plain is None else PlainEngine(plain)


Part = tuple[PlainModel, tuple[Head, ...]]
"""A model with the heads that it decides."""


def _plain_parts(bundle: ModelFiles, single: Mapping[str, ModelFiles], taxonomy: Taxonomy) -> list[Part] | None:
    """None where a model is not applied here."""
    parts: list[Part] = []
    for own, files in [(tuple(h for h in taxonomy.heads if h.name not in single), bundle), *_single(single, taxonomy)]:
        model = read_plain_model(files.name, files.version, files.folder)
        if model is None:
            return None
        require_heads(model, own)
        if not all(model.decides(head.name) for head in own):
            return None
        parts.append((model, own))
    return parts


def _single(single: Mapping[str, ModelFiles], taxonomy: Taxonomy) -> list[tuple[tuple[Head, ...], ModelFiles]]:
    return [((head,), single[head.name]) for head in taxonomy.heads if head.name in single]


def _spark_engine(
    bundle: ModelFiles, single: Mapping[str, ModelFiles], taxonomy: Taxonomy, settings: Settings
) -> SparkEngine:
    from triage.labelling.models import Champion, LoadedModel
    from triage.labelling.registry.model_folder import read_folder
    from triage.spark.session import spark_session

    spark = spark_session(settings, "serve")

    def loaded(files: ModelFiles) -> LoadedModel:
        return LoadedModel(files.name, files.version, *read_folder(files.folder, settings, files.digest))

    whole, own = loaded(bundle), {head: loaded(files) for head, files in single.items()}
    require_heads(whole, tuple(head for head in taxonomy.heads if head.name not in own))
    for head in taxonomy.heads:
        if head.name in own:
            require_heads(own[head.name], (head,))
    return SparkEngine(spark, Champion(whole, own, taxonomy))


class PlainEngine:
    """Models that are linear in terms, applied in this process."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts

    def __call__(self, mails: Mails) -> Iterable[Mapping[str, Any]]:
        return (row for mail in mails for model, heads in self._parts for row in decide(mail, model, heads).values())


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
