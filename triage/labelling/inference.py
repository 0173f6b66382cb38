"""Labels for published mail, all heads of a model from one set of features, all in the JVM."""

from __future__ import annotations

from functools import reduce

from pyspark.ml import PipelineModel
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.ml.feature import IndexToString
from pyspark.ml.functions import vector_to_array
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.labelling.features import with_text
from triage.labelling.registry import Champion, LoadedModel
from triage.tables import LABELS


def label(silver: DataFrame, champion: Champion) -> DataFrame:
    """One row a mail and head, with the columns of gold/labels; `label` is null where the head abstains.

    `silver` has mail_key, batch_id, subject, body and the facts of silver/mail.
    """
    mail = with_text(silver, ("mail_key", "batch_id"))
    long = [_labelled(mail, model, heads, champion) for model, heads in champion.parts]
    return reduce(DataFrame.unionByName, long).select(LABELS.column_names)


def scored(mail: DataFrame, model: LoadedModel, head: str) -> DataFrame:
    """`mail` with best_label, score and scores of one head; `mail` holds the pipeline's text."""
    found = _only(model.pipeline, (head,)).transform(mail)
    probabilities = found.select(*mail.columns, _best(head), _probabilities(head))
    return probabilities.select(*mail.columns, *_decision(head, model.heads[head]))


def _labelled(mail: DataFrame, model: LoadedModel, heads: tuple[str, ...], champion: Champion) -> DataFrame:
    found = _only(model.pipeline, heads).transform(mail)
    arrays = [column for head in heads for column in (_best(head), _probabilities(head))]
    decided = found.select("mail_key", "batch_id", *arrays)
    structs = [_row(head, model, champion.taxonomy.threshold(head)) for head in heads]
    return decided.select("mail_key", "batch_id", f.explode(f.array(*structs)).alias("row")).select(
        "mail_key", "batch_id", "row.*"
    )


def _row(head: str, model: LoadedModel, threshold: float) -> Column:
    best, score, scores = _decision(head, model.heads[head])
    abstained = f.array_max(f.col(f"p_{head}")) < threshold
    return f.struct(
        f.lit(head).alias("head"),
        f.when(~abstained, f.col(f"b_{head}")).alias("label"),
        best,
        score,
        scores,
        abstained.alias("abstained"),
        f.lit(model.name).alias("model"),
        f.lit(model.version).alias("model_version"),
    )


def _best(head: str) -> Column:
    return f.col(f"best_label_{head}").alias(f"b_{head}")


def _probabilities(head: str) -> Column:
    return vector_to_array(f.col(f"probability_{head}")).alias(f"p_{head}")


def _decision(head: str, labels: tuple[str, ...]) -> tuple[Column, Column, Column]:
    probabilities = f.col(f"p_{head}")
    names = f.array(*(f.lit(name) for name in labels))
    return (
        f.col(f"b_{head}").alias("best_label"),
        f.array_max(probabilities).alias("score"),
        f.map_from_arrays(names, probabilities).alias("scores"),
    )


def _only(pipeline: PipelineModel, heads: tuple[str, ...]) -> PipelineModel:
    """The pipeline without the stages of other heads."""
    wanted = {f"probability_{head}" for head in heads} | {f"best_label_{head}" for head in heads}
    return PipelineModel([stage for stage in pipeline.stages if _column_of_head(stage) in wanted | {None}])


def _column_of_head(stage: object) -> str | None:
    if isinstance(stage, LogisticRegressionModel):
        return stage.getProbabilityCol()
    return stage.getOutputCol() if isinstance(stage, IndexToString) else None
