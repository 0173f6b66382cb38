"""Labels published mail: logits of a model, calibrated probabilities, then a sign, an abstention or the label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.labelling.description import HeadDescription
from triage.labelling.evaluation.calibration import by_language, probability_column, total
from triage.labelling.families import with_logits
from triage.labelling.features.terms import says_nothing, with_text
from triage.labelling.linear.head_stages import KNOWN_SHARE
from triage.labelling.models import Champion, LoadedModel
from triage.labelling.signs import MODEL, sign_column, with_signs
from triage.labelling.taxonomy import Head
from triage.lake.tables import LABELS

EMPTY = "text_is_empty"
_SIGNED_SCORE = 1.0
"""The score in gold/labels of a label that a sign decided."""


def label(silver: DataFrame, champion: Champion) -> DataFrame:
    """One row per mail and head, with the columns of gold/labels; `label` is null where the head abstained.

    `silver` has mail_key, batch_id, subject, body and the facts of silver/mail.
    """
    keys = ("mail_key", "batch_id")
    long = [
        decided(silver, model, [champion.taxonomy.named(name, model.heads[name]) for name in names], keys)
        for model, names in champion.parts
    ]
    return reduce(DataFrame.unionByName, long).select(LABELS.column_names)


def decided(mail: DataFrame, model: LoadedModel, heads: Sequence[Head], keys: Sequence[str]) -> DataFrame:
    """`keys` and the columns of gold/labels from head on, one row per mail and head.

    `mail` has subject or body, and may have the facts of silver/mail.
    """
    signed = with_signs(mail, heads)
    signs = [sign_column(head.name) for head in heads if head.signs]
    language = f.col("language") if "language" in mail.columns else f.lit(None).cast("string")
    kept = signed.withColumn(EMPTY, says_nothing(mail.columns)).withColumn("language", language)
    text = with_text(kept, (*keys, "language", EMPTY, *signs), model.description.fields)
    found = with_logits(text, model)
    for level in _levels(heads):
        # one projection per step: Spark computes a named column once, however often the next step uses it
        found = found.withColumns({f"p_{head.name}": _probabilities(head, model, heads) for head in level})
        found = found.withColumns({f"row_{head.name}": _row(head, model, heads) for head in level})
    answers = f.array(*(f.col(f"row_{head.name}") for head in heads))
    return found.select(*keys, f.explode(answers).alias("answer")).select(*keys, "answer.*")


def _levels(heads: Sequence[Head]) -> Iterator[list[Head]]:
    """The heads by level of the hierarchy, parents before the heads that refine them.

    Heads of a level share a projection, because Spark analyses every projection with all before it.
    """
    left = list(heads)
    while left:
        waiting = {head.name for head in left}
        yield [head for head in left if head.parent not in waiting]
        left = [head for head in left if head.parent in waiting]


def _parent(head: Head, heads: Sequence[Head]) -> Column | None:
    """The row of the head that this one refines, where this model decides both."""
    return f.col(f"row_{head.parent}") if any(other.name == head.parent for other in heads) else None


def _probabilities(head: Head, model: LoadedModel, heads: Sequence[Head]) -> Column:
    about, parent = _described(model, head), _parent(head, heads)
    language = f.coalesce(f.col("language"), f.lit("und"))
    found = probability_column(f.col(f"raw_{head.name}"), about.calibration, language, multi=about.multi)
    return found if parent is None else _within(found, about.labels, parent)


def _within(probabilities: Column, labels: Sequence[str], parent: Column) -> Column:
    """The probabilities given the parent's best label: those of its sub-labels, normalized; all others are 0."""
    above = f.array(*(f.lit(label.partition("/")[0]) for label in labels))
    possible = f.zip_with(probabilities, above, lambda p, name: f.when(name == parent["best_label"], p).otherwise(0.0))
    whole = total(possible)
    return f.transform(possible, lambda p: f.when(whole > 0, p / whole).otherwise(0.0))


def _described(model: LoadedModel, head: Head) -> HeadDescription:
    about = model.description.head(head.name)
    if about is None:
        raise KeyError(head.name)
    return about


def _row(head: Head, model: LoadedModel, heads: Sequence[Head]) -> Column:
    about, parent = _described(model, head), _parent(head, heads)
    probabilities, names = f.col(f"p_{head.name}"), f.array(*(f.lit(name) for name in about.labels))
    score = f.array_max(probabilities)
    place = f.expr(f"array_position(`p_{head.name}`, array_max(`p_{head.name}`))")  # pyspark takes no column here
    best = f.element_at(names, place.cast("int"))
    threshold = _threshold(head, about)
    sign = f.col(sign_column(head.name)) if head.signs else _no_sign()
    reason = f.when(sign.isNull(), _reason(head, about, score, threshold, parent))
    given = _labels(about, names, probabilities, best, threshold)
    labels = f.when(sign.isNotNull(), f.array(sign["label"])).when(reason.isNull(), given).otherwise(f.array())
    return f.struct(
        f.lit(head.name).alias("head"),
        f.when(f.size(labels) > 0, f.coalesce(sign["label"], best)).alias("label"),
        labels.cast("array<string>").alias("labels"),
        f.coalesce(sign["label"], best).alias("best_label"),
        f.when(sign.isNotNull(), f.lit(_SIGNED_SCORE)).otherwise(score).alias("score"),
        f.map_from_arrays(names, probabilities).alias("scores"),
        (f.size(labels) == 0).alias("abstained"),
        reason.alias("reason"),
        threshold.alias("threshold"),
        f.coalesce(sign["name"], f.lit(MODEL)).alias("decided_by"),
        f.lit(model.name).alias("model"),
        f.lit(model.version).alias("model_version"),
    )


def _no_sign() -> Column:
    return f.lit(None).cast("struct<name:string,label:string>")


def _threshold(head: Head, about: HeadDescription) -> Column:
    """The threshold of the taxonomy, else the model's for the mail's language."""
    if head.threshold is not None:
        return f.lit(head.threshold)
    return by_language(about.threshold.default, about.threshold.by_language, f.col("language"))


def _reason(head: Head, about: HeadDescription, score: Column, threshold: Column, parent: Column | None) -> Column:
    """The first reason of description.Reason that applies; null where the head decides."""
    reason = f.when(f.lit(False) if parent is None else parent["abstained"], "PARENT_ABSTAINED")
    reason = reason.when(f.col(EMPTY), "EMPTY_TEXT")
    languages = about.languages if head.languages == "learnt" else head.languages
    if languages and languages != "any":
        reason = reason.when(~f.coalesce(f.col("language"), f.lit("und")).isin(*languages), "UNKNOWN_LANGUAGE")
    reason = reason.when(f.col(KNOWN_SHARE) < about.known_share_min, "OUT_OF_DISTRIBUTION")
    return reason.when(score < threshold, "LOW_SCORE")


def _labels(about: HeadDescription, names: Column, probabilities: Column, best: Column, threshold: Column) -> Column:
    if not about.multi:
        return f.array(best)
    pairs = f.arrays_zip(names.alias("name"), probabilities.alias("p"))
    return f.transform(f.filter(pairs, lambda pair: pair["p"] >= threshold), lambda pair: pair["name"])
