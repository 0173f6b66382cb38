"""The family of Spark NLP's ClassifierDL: logits from its class scores, in the JVM."""

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
    """The classifier's name of the label with this index.

    A label's own name could clash with the annotation's other keys.
    """
    return f"class_{label}"


def classifier_logits(mail: DataFrame, model: LoadedModel) -> DataFrame:
    """`mail`, raw_<head> of the one head, and known_share."""
    (head,) = model.description.heads
    kept = [name for name in mail.columns if name != KNOWN_SHARE]
    raw = class_logits(len(head.labels)).alias(f"raw_{head.name}")
    return model.pipeline.transform(mail).select(*kept, KNOWN_SHARE, raw)


def class_logits(labels: int) -> Column:
    """Logarithms of the class scores; equal ones for a text without words, for which the classifier gives none."""
    metadata = f.element_at(CLASSES, 1)["metadata"]
    scores = f.array(*(metadata[class_name(label)].cast("double") for label in range(labels)))
    equal = f.array(*(f.lit(1.0 / labels) for _ in range(labels)))
    found = f.when(f.size(CLASSES) > 0, scores).otherwise(equal)
    return f.transform(found, lambda p: f.log(f.greatest(f.coalesce(p, f.lit(0.0)), f.lit(SMALLEST))))
