"""Predictions and scores of a registered model on labelled rows."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from triage.config import Settings
from triage.errors import ConfigError, ModelError
from triage.labelling.data.labelled_rows import LabelledFile, read_gold, read_labelled
from triage.labelling.evaluation.metrics import Score, score
from triage.labelling.features.training_rows import flags_of
from triage.labelling.registry.model_registry import LoadedModel, ModelRegistry
from triage.labelling.serving.inference import decided
from triage.labelling.taxonomy import Head, load_taxonomy

_BETWEEN = ";"
"""Between several labels of one mail."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A model's prediction for a row of a labelled file; `label` is empty where the file has none.

    Several labels stand in order with `;` between them; `predicted` are then those of probability 0.5 or more.
    """

    row: int
    label: str
    predicted: str
    score: float
    abstained: bool
    several: bool = False
    """Whether the head may give a mail several labels."""


def evaluate_file(spark: SparkSession, settings: Settings, file: LabelledFile) -> list[Prediction]:
    """One prediction a row, in the file's order, by the head's own champion, else by that of all heads.

    Raises ConfigError for an unusable file or a head that no model knows.
    """
    model = _model(settings, file.head)
    labelled = read_labelled(spark, replace(file, multi=_several(model, file.head)))
    return predictions(labelled, model, file.head, settings)


def evaluate_bundle(spark: SparkSession, settings: Settings) -> dict[str, Score]:
    """The champion's figures, for each head that it knows, on the held-back part of the sample's gold."""
    registry = ModelRegistry(settings)
    name = settings.mlflow.registered_model
    version = registry.champion_version(name)
    if version is None:
        raise ConfigError("There is no champion yet.", where=name, remedy="Train one with jobs/train.py.")
    model = registry.load(name, version)
    known = [head for head in load_taxonomy(settings).heads if head.name in model.heads]
    return bundle_scores(model, known, read_gold(spark), settings)


def bundle_scores(
    model: LoadedModel, heads: Sequence[Head], labelled: DataFrame, settings: Settings
) -> dict[str, Score]:
    """Figures of each of `heads` on the `test` rows. Raises ModelError when the model lacks one."""
    held = labelled.where("split = 'test'")
    found = {}
    for head in heads:
        if head.name not in model.heads:
            raise ModelError(f"The model has no head {head.name}.", where=model.name, remedy="Train it anew.")
        rows = predictions(held, model, head.name, settings)
        found[head.name] = scores_of([row for row in rows if row.label in head.labels])
    return found


def predictions(labelled: DataFrame, model: LoadedModel, head: str, settings: Settings) -> list[Prediction]:
    """The model's prediction for each row, ordered by row; only labels and scores leave Spark."""
    asked = load_taxonomy(settings).named(head, model.heads[head])
    several = _several(model, head)
    sets = several and "label_sets" in labelled.columns
    label = _joined(f.col("label_sets")[head]) if sets else f.col("labels")[head]
    mail = labelled.select("*", f.coalesce(label, f.lit("")).alias("true_label"))
    likely = _joined(f.map_keys(f.map_filter("scores", lambda _, p: p >= 0.5)))
    answers = decided(mail, model, [asked], ("row", "true_label"))
    found = answers.withColumn("predicted", likely if several else f.col("best_label")).collect()
    rows = [Prediction(r.row, r.true_label, r.predicted, r.score, r.abstained, several) for r in found]
    return sorted(rows, key=lambda row: row.row)


def _several(model: LoadedModel, head: str) -> bool:
    about = model.description.head(head)
    return about is not None and about.multi


def _joined(labels: Column) -> Column:
    return f.concat_ws(_BETWEEN, f.array_sort(labels))


def scores_of(rows: Sequence[Prediction]) -> Score:
    """Figures of the best labels, abstained or not, over the rows that have a label."""
    known = [row for row in rows if row.label]
    truth, predicted = [row.label for row in known], [row.predicted for row in known]
    if not any(row.several for row in known):
        return score(np.array(truth), np.array(predicted))
    names = sorted({name for text in truth for name in text.split(_BETWEEN)})
    return score(*(flags_of([text.split(_BETWEEN) for text in texts], names) for texts in (truth, predicted)))


def write_predictions(rows: Sequence[Prediction], path: Path) -> None:
    """CSV with the columns row, label, predicted, score, abstained."""
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("row", "label", "predicted", "score", "abstained"))
            writer.writerows((r.row, r.label, r.predicted, f"{r.score:.6f}", str(r.abstained).lower()) for r in rows)
    except OSError as error:
        raise ConfigError(
            f"The predictions cannot be written: {error.strerror}.",
            where=str(path),
            remedy="Choose another place.",
        ) from None


def _model(settings: Settings, head: str) -> LoadedModel:
    registry = ModelRegistry(settings)
    bundle = settings.mlflow.registered_model
    for name in (f"{bundle}-{head}", bundle):
        version = registry.champion_version(name)
        model = None if version is None else registry.load(name, version)
        if model is not None and head in model.heads:
            return model
    raise ConfigError(
        f"No model knows the head {head}.",
        where="--head",
        remedy="Train it first with jobs/train.py and the same options.",
    )
