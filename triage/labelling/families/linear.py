"""The family of linear heads: sums the margins of all blocks in the JVM, and embeds for cascades only unsure mails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import reduce

from pyspark.errors import ParseException
from pyspark.ml import Transformer
from pyspark.ml.feature import SQLTransformer
from pyspark.ml.functions import vector_to_array
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.labelling.description import Cascade, HeadDescription, ModelDescription
from triage.labelling.evaluation.calibration import probability_column
from triage.labelling.evaluation.likelihood import SMALLEST
from triage.labelling.features.blocks import SENTENCES
from triage.labelling.features.terms import PLAIN
from triage.labelling.linear.head_stages import KNOWN_SHARE, margins_column
from triage.labelling.models import LoadedModel

_ADDED = re.compile(r"\s*SELECT \*, (?P<column>.+ AS `?\w+`?)\s+FROM __THIS__\s*", re.DOTALL)


def linear_logits(mail: DataFrame, model: LoadedModel) -> DataFrame:
    """`mail`, raw_<head> of every head, and known_share."""
    about = model.description
    sparse = [block for block in about.blocks if block != SENTENCES]
    stages = list(model.pipeline.stages)
    cut = len(stages) if about.embeddings_from is None else about.embeddings_from
    share = [f.col(KNOWN_SHARE)] if sparse else [f.lit(1.0).alias(KNOWN_SHARE)]
    found = _applied(mail, stages[:cut])
    kept = [name for name in mail.columns if name != KNOWN_SHARE]
    if about.embeddings_from is None:
        return _heads(found.select(*kept, *share, _sum(sparse).alias("margins")), kept, model)
    summed = found.select(*kept, *share, *([_sum(sparse).alias("sparse")] if sparse else []))
    to_embed = summed.withColumn(PLAIN, _embedded_text(about))
    embedded = _applied(to_embed, stages[cut:]).select(*kept, KNOWN_SHARE, _with_sentences(sparse).alias("margins"))
    return _heads(embedded, kept, model)


def _applied(mail: DataFrame, stages: Sequence[Transformer]) -> DataFrame:
    return reduce(_transformed, stages, mail)


def _transformed(mail: DataFrame, stage: Transformer) -> DataFrame:
    """Adds the column of an SQLTransformer directly: its temporary view costs more than the column."""
    added = _ADDED.fullmatch(stage.getStatement() or "") if isinstance(stage, SQLTransformer) else None
    with suppress(ParseException):  # of a statement that adds several
        if added is not None:
            return mail.selectExpr("*", added["column"])
    return stage.transform(mail)


def _sum(blocks: Sequence[str]) -> Column:
    """The sum of the blocks' margins."""
    arrays = [vector_to_array(f.col(margins_column(block))) for block in blocks]
    return reduce(lambda one, other: f.zip_with(one, other, lambda a, b: a + b), arrays)


def _with_sentences(sparse: Sequence[str]) -> Column:
    own = vector_to_array(f.col(margins_column(SENTENCES)))
    return f.zip_with(f.col("sparse"), own, lambda a, b: a + b) if sparse else own


def _heads(mail: DataFrame, kept: Sequence[str], model: LoadedModel) -> DataFrame:
    raw = (_logits(head, start).alias(f"raw_{head.name}") for head, start in _slots(model.description))
    return mail.select(*kept, KNOWN_SHARE, *raw)


def _slots(about: ModelDescription) -> Iterator[tuple[HeadDescription, int]]:
    """Each head with the 1-based index of its first margin."""
    return ((head, about.first_margin(head.name) + 1) for head in about.heads)


def _logits(head: HeadDescription, start: int) -> Column:
    width = len(head.labels)
    first = f.slice("margins", start, width)
    if head.cascade is None:
        return first
    second = f.slice("margins", start + width, width)
    decided = f.when(_unsure(first, head.cascade), _calibrated(second, head.cascade, 1)).otherwise(
        _calibrated(first, head.cascade, 0)
    )
    return f.transform(decided, lambda p: f.log(f.greatest(p, f.lit(SMALLEST))))


def _calibrated(margins: Column, cascade: Cascade, which: int) -> Column:
    return probability_column(margins, (cascade.first, cascade.second)[which], f.lit(""))


def _unsure(first: Column, cascade: Cascade) -> Column:
    return f.array_max(_calibrated(first, cascade, 0)) < cascade.cut


def _embedded_text(about: ModelDescription) -> Column:
    """The text; empty where every head with embeddings is a cascade that needs none for this mail."""
    if any(head.cascade is None and head.params.get(SENTENCES) for head in about.heads):
        return f.col(PLAIN)
    unsure = [
        _unsure(f.slice("sparse", start, len(head.labels)), head.cascade)
        for head, start in _slots(about)
        if head.cascade is not None
    ]
    return f.when(reduce(lambda one, other: one | other, unsure), f.col(PLAIN)).otherwise("")
