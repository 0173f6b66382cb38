"""A head decided by Spark NLP's ClassifierDL, in the JVM: its class scores become logits."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.labelling.evaluation.likelihood import SMALLEST
from triage.labelling.linear.head_stages import KNOWN_SHARE
from triage.labelling.models import LoadedModel

CLASSIFIER = "classifier"
CLASSES = "classes"
"""The classifier's column of annotations."""


def class_name(label: int) -> str:
    """What the classifier calls the label of a place: names of its own could clash with the annotation's other keys."""
    return f"class_{label}"


def classifier_logits(mail: DataFrame, model: LoadedModel) -> DataFrame:
    """`mail`, raw_<head> of the one head, and known_share."""
    (head,) = model.description.heads
    kept = [name for name in mail.columns if name != KNOWN_SHARE]
    raw = class_logits(len(head.labels)).alias(f"raw_{head.name}")
    return model.pipeline.transform(mail).select(*kept, KNOWN_SHARE, raw)


def class_logits(labels: int) -> Column:
    """Logarithms of the class scores; all alike for a text without words, of which the classifier says nothing."""
    said = f.element_at(CLASSES, 1)["metadata"]
    scores = f.array(*(said[class_name(label)].cast("double") for label in range(labels)))
    alike = f.array(*(f.lit(1.0 / labels) for _ in range(labels)))
    given = f.when(f.size(CLASSES) > 0, scores).otherwise(alike)
    return f.transform(given, lambda p: f.log(f.greatest(f.coalesce(p, f.lit(0.0)), f.lit(SMALLEST))))
