"""A model of all heads (the bundle) from the sample's gold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.card.from_training import card_of
from triage.labelling.data.labelled_rows import read_gold
from triage.labelling.promotion.registration import (
    NO_PARENT,
    SAMPLE,
    OnProgress,
    Registration,
    ignore_progress,
    load_parent,
)
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.taxonomy import Head, Taxonomy, load_taxonomy
from triage.labelling.training.result import TrainedModel
from triage.labelling.training.train import train


def train_first(spark: SparkSession, settings: Settings, taxonomy: Taxonomy) -> tuple[TrainedModel, Mapping[str, str]]:
    """A first model of all heads of which the gold has labels, and its cards by file name.

    Without a search, so that a first night is not spent on it, and with two folds, since the calibration part
    calibrates and the folds only give a figure. It learns no held-out row, because later models are compared with it on
    them.
    """
    search = settings.labelling.search.model_copy(update={"trials": 1, "folds": 2})
    labelling = settings.labelling.model_copy(update={"search": search})
    quick = settings.model_copy(update={"labelling": labelling})
    gold = read_gold(spark)
    heads = trainable_heads(gold, taxonomy.heads)
    trained = train(spark, gold, heads, quick, SAMPLE)
    return trained, card_of(settings.mlflow.registered_model, trained, heads, {}, settings)


def train_bundle(
    spark: SparkSession, settings: Settings, on_progress: OnProgress = ignore_progress, *, warm: bool = False
) -> Registration:
    """A new version of all heads of which the gold has labels, registered as challenger.

    `warm` begins at the champion: its candidates and hyper-parameters are kept, and its weights improved.
    """
    registry = ModelRegistry(settings)
    name = settings.mlflow.registered_model
    gold = read_gold(spark)
    heads = trainable_heads(gold, load_taxonomy(settings).heads)
    parent = load_parent(registry, name, heads, settings, on_progress) if warm else NO_PARENT
    trained = train(
        spark,
        gold,
        heads,
        settings,
        replace(SAMPLE, parent=parent.label),
        baseline=True,
        warm_starts=parent.heads,
        on_progress=on_progress,
    )
    version = registry.register(name, trained, card_of(name, trained, heads, {}, settings))
    return Registration(trained, name, version, gold.where("split = 'test'"))


def trainable_heads(gold: DataFrame, heads: Sequence[Head]) -> tuple[Head, ...]:
    """The heads of which the gold has two labels; others are trained from a labelled file, see `train_from_file`.

    Raises ConfigError where there are none.
    """
    known = {(row["head"], row.label) for row in labels_in(gold).distinct().collect()}
    trainable = tuple(head for head in heads if sum((head.name, label) in known for label in head.labels) > 1)
    if not trainable:
        raise ConfigError(
            "The sample has labels for none of the heads.",
            where="labelling.taxonomy",
            remedy="Train each from a file of yours with jobs/train.py --labelled.",
        )
    return trainable


def labels_in(gold: DataFrame, *columns: str) -> DataFrame:
    """Head and label of all rows, beside some of their columns."""
    one = gold.select(*columns, f.explode("labels").alias("head", "label"))
    if "label_sets" not in gold.columns:
        return one
    sets = gold.select(*columns, f.explode("label_sets").alias("head", "labels"))
    return one.unionByName(sets.select(*columns, "head", f.explode("labels").alias("label")))
