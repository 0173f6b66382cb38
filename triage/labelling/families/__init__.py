"""Model families: each computes the logits of mails with one kind of model.

A new one is a file here and a line in `FAMILIES`.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame

from triage.errors import ModelError
from triage.labelling.families.base import Family
from triage.labelling.families.classifier_dl import classifier_logits
from triage.labelling.families.linear import linear_logits
from triage.labelling.families.scikit_learn import check_files, scikit_learn_logits
from triage.labelling.models import LoadedModel

FAMILIES: Mapping[str, Family] = {
    "linear": Family(linear_logits),
    "classifier": Family(classifier_logits),
    "scikit_learn": Family(scikit_learn_logits, check_files),
}
"""By name in model.json."""


def with_logits(mail: DataFrame, model: LoadedModel) -> DataFrame:
    """`mail` with raw_<head> (array<double>, a logit per label) for every head of the model, and known_share (0 to 1).

    `mail` has the texts of `features.with_text`, and language (string, null where it is not used).
    """
    return FAMILIES[model.description.family].logits(mail, model)


def check_family(name: str, files: Mapping[str, bytes]) -> None:
    """Raises ModelError when the family is unknown, or one of its files is missing or cannot be read."""
    if name not in FAMILIES:
        raise ModelError(
            "The label model has an unknown family.",
            where=f"family {name}",
            remedy="Use the code that wrote it, or train a new version with jobs/train.py.",
        )
    FAMILIES[name].check(files)
