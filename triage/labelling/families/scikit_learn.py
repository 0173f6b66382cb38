"""The family of scikit-learn models: logits from Python workers, the known share from the JVM."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from pyspark import SparkContext
from pyspark.sql import DataFrame
from pyspark.sql import types as t

from triage.errors import ModelError
from triage.labelling.linear.head_stages import KNOWN_SHARE
from triage.labelling.models import LoadedModel

SCIKIT_LEARN = "scikit_learn"
FILE = "learner.skops"
"""The classifier among the family's files; the name is that of models that are registered already."""


def scikit_learn_logits(mail: DataFrame, model: LoadedModel) -> DataFrame:
    """`mail`, raw_<head> of the one head, and known_share."""
    from triage.labelling.linear.text_batches import score_batches  # scikit-learn and skops: two seconds

    (head,) = model.description.heads
    kept = [name for name in mail.columns if name != KNOWN_SHARE]
    known = model.pipeline.transform(mail).select(*kept, KNOWN_SHARE)
    output = f"raw_{head.name}"
    schema = t.StructType([*known.schema.fields, t.StructField(output, t.ArrayType(t.DoubleType()))])
    shared, digest = _shared(known.sparkSession.sparkContext, model.files[FILE])
    return known.mapInArrow(partial(score_batches, shared=shared, digest=digest, output=output), schema)


def check_files(files: Mapping[str, bytes]) -> None:
    """Raises ModelError when the classifier is missing, or not what skops trusts."""
    from triage.labelling.linear.text_classifier import load_classifier

    if FILE not in files:
        raise ModelError(
            f"The label model has no {FILE}.",
            remedy="Restore its files, or train a new version with jobs/train.py.",
        )
    load_classifier(files[FILE])


@lru_cache(maxsize=4)
def _shared(context: SparkContext, stored: bytes) -> tuple[Any, str]:
    """The stored classifier where workers can fetch it, once a session and model, and its digest."""
    from triage.labelling.linear.text_batches import digest_of

    return context.broadcast(stored), digest_of(stored)
