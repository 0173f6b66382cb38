"""From labelled mail to rows and weighted features, as heads are fitted on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.candidates.base import Candidate, Flags, TrainingData
from triage.labelling.data.splits import with_split
from triage.labelling.embeddings.location import sentence_stages
from triage.labelling.features.blocks import BLOCKS, SENTENCES, SPARSE, fit_idf, tf_idf
from triage.labelling.features.fingerprints import FINGERPRINT, fingerprint
from triage.labelling.features.terms import says_nothing, with_text, written
from triage.labelling.features.text_fields import TextField
from triage.labelling.features.training_rows import FACTS, collect_rows, optional_columns
from triage.labelling.taxonomy import Head


def shared_fields(heads: Sequence[Head]) -> tuple[TextField, ...]:
    """The fields that the heads read, the same for all. Raises ConfigError where they differ."""
    fields = {head.text for head in heads}
    if len(fields) > 1:
        raise ConfigError(
            "Heads that are trained together read different fields.",
            where="text",
            remedy="Give them the same `text` in the taxonomy, or train one from a file by --head.",
        )
    return fields.pop()


def prepare(labelled: DataFrame, settings: Settings, heads: Sequence[Head]) -> DataFrame:
    """Rows with texts, labels, split and fold, and what figures are sliced by.

    The split is made where there is none.
    """
    options = settings.labelling
    parted = with_split(labelled, seed=options.seed, folds=options.search.folds)
    facts = parted.select("*", *optional_columns(parted.columns))
    columns = labelled.columns
    about = facts.withColumn("empty", says_nothing(columns)).withColumn("length", f.length(written(columns)))
    about = about.withColumn(FINGERPRINT, fingerprint(columns))
    timed = about.withColumn("sent_at", f.col("sent_at").cast("double"))
    return with_text(timed.withColumn("sender_kind", _sender_kind(columns)), FACTS, shared_fields(heads))


def _sender_kind(columns: Sequence[str]) -> Column:
    kind = f.lit("person")
    for kinds, name in ((("list_mail", "bulk"), "list"), (("auto_submitted", "bounce"), "machine")):
        for flag in (flag for flag in kinds if flag in columns):
            kind = f.when(f.col(flag), name).otherwise(kind)
    return kind


def training_data(
    spark: SparkSession,
    prepared: DataFrame,
    heads: Sequence[Head],
    candidates: Sequence[Candidate],
    settings: Settings,
    *,
    declared: bool,
) -> TrainingData:
    """The rows with the features that any candidate reads, weighted by IDF from the training rows.

    Only training rows take part in the IDF, or the words of others would count as known.
    """
    blocks = [block for block in BLOCKS if any(block in candidate.blocks for candidate in candidates)]
    sentences = sentence_stages(settings) if SENTENCES in blocks else ()
    wanted = {head.name: head.labels if declared else () for head in heads}
    rows = collect_rows(prepared, wanted, blocks, settings.labelling.hash_bits, sentences)
    multi = frozenset(head.name for head in heads if head.multi)
    data = TrainingData(rows, {}, {}, prepared, spark, settings, multi)
    return with_idf(data, ~rows.test & ~rows.calibration)


def with_idf(data: TrainingData, use: Flags) -> TrainingData:
    """The same rows with IDF weights of the rows of the mask."""
    sparse = [block for block in data.rows.features if block in SPARSE]
    weights = {block: fit_idf(data.rows.features[block][use]) for block in sparse}
    features = {block: tf_idf(data.rows.features[block], weights[block]) for block in sparse}
    if SENTENCES in data.rows.features:
        features[SENTENCES] = data.rows.features[SENTENCES]
    return replace(data, features=features, weights=weights)
