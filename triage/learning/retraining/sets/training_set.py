"""The labelled rows of a training: the sample's gold and people's corrections, pinned in gold/training_sets.

The set names mails and labels, and silver/mail has the texts. Equal sets give equal weights, so a model can be rebuilt
from the name of its training; what was erased since is missing then, and the digest of the rows says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from triage.config.learning.retraining import RetrainingSettings
from triage.labelling.data.labelled_rows import read_gold
from triage.lake.store import Store
from triage.lake.tables import SILVER_MAIL, TRAINING_SETS
from triage.learning.guards.outcome import Example
from triage.learning.retraining.sets.parts import TRAIN

FIRST_FROM_LAKE = 2**40
"""Number of the first row from the lake; those of the sample are below."""

_FACTS = ("auto_submitted", "bulk", "list_mail", "bounce", "reply", "has_html", "importance")
_SCHEMA = "row long, mail_key string, head string, label string, weight double"


@dataclass(frozen=True)
class TrainingSet:
    """Rows of gold/training_sets of one training."""

    training_id: str
    rows: Sequence[Mapping[str, Any]]

    def part(self, name: str) -> list[Mapping[str, Any]]:
        """Its rows of one part, in a fixed order."""
        own = (row for row in self.rows if row["part"] == name)
        return sorted(own, key=lambda row: (row["mail_key"], row["head"]))


def make_set(
    training_id: str, built_at: datetime, examples: Sequence[Example], parts: Mapping[str, str]
) -> TrainingSet:
    """Examples without weight teach nothing and are left out; those of mails without a part are of unknown mails."""
    rows = [
        {
            "training_id": training_id,
            "built_at": built_at,
            "mail_key": one.mail_key,
            "head": one.head,
            "label": one.label,
            "weight": one.weight,
            "source": one.source,
            "part": parts[one.mail_key],
        }
        for one in examples
        if one.weight > 0 and one.mail_key in parts
    ]
    return TrainingSet(training_id, rows)


def stored_set(store: Store, training_id: str) -> TrainingSet:
    """A set as the lake has it; without the rows of mails that were erased since."""
    return TrainingSet(
        training_id, list(store.rows(TRAINING_SETS, TRAINING_SETS.column_names, training_id=[training_id]))
    )


def training_rows(spark: SparkSession, store: Store, chosen: TrainingSet, settings: RetrainingSettings) -> DataFrame:
    """Labelled rows as `train` reads them: the sample with its own split, and all rows of the part `train`.

    A mail has one row a head, because its labels may differ in weight.
    """
    sample = read_gold(spark).withColumn("weight", f.lit(settings.sample_weight))
    own = rows_of_mails(spark, store, chosen.part(TRAIN))
    weight = f.col("weight") * settings.correction_weight
    corrected = own.withColumn("weight", weight).withColumn("split", f.lit("train"))
    return sample.unionByName(corrected, allowMissingColumns=True)


def labelled_mails(spark: SparkSession, store: Store, labels: Sequence[tuple[str, str, str, float]]) -> DataFrame:
    """Labelled rows of (mail key, head, label, weight), numbered in their order; those of unknown mails are missing."""
    numbered = [(FIRST_FROM_LAKE + number, *one) for number, one in enumerate(labels)]
    wanted = f.broadcast(spark.createDataFrame(numbered, _SCHEMA))
    return (
        store.read(SILVER_MAIL)
        .join(wanted, "mail_key")
        .select(
            "row",
            f.create_map("head", "label").alias("labels"),
            *model_columns(),
            "weight",
        )
    )


def model_columns() -> list[str | Column]:
    """What a model reads of silver/mail."""
    return ["body", "subject", "language", *_FACTS, f.transform("attachments", lambda _: f.lit(0)).alias("attachments")]


def rows_of_mails(spark: SparkSession, store: Store, rows: Sequence[Mapping[str, Any]]) -> DataFrame:
    """Labelled rows of mails of the lake; `rows` have mail_key, head, label and weight."""
    labels = [(row["mail_key"], row["head"], row["label"], float(row["weight"])) for row in rows]
    return labelled_mails(spark, store, labels)
