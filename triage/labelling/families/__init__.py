"""Who applies a model: each family turns mails into logits. A new one is a file here and a line in `FAMILIES`."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame

from triage.errors import ModelError
from triage.labelling.families.base import Family
from triage.labelling.families.classifier import classifier_logits
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
    """`mail` with raw_<head> (array<double>, a logit a label) for every head of the model, and known_share (0 to 1).

    `mail` has the texts of `features.with_text`, and language (string, null where it is not looked at).
    """
    return FAMILIES[model.description.family].logits(mail, model)


def check_family(name: str, files: Mapping[str, bytes]) -> None:
    """Raises ModelError when a family is not known here, or a file that it needs is missing or no good."""
    if name not in FAMILIES:
        raise ModelError(
            "The label model is of a family that is not known here.",
            where=f"family {name}",
            remedy="Use the code that wrote it, or train a new version with jobs/train.py.",
        )
    FAMILIES[name].check(files)
