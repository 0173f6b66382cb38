"""Who applies a model: each family turns mails into logits. A new one is a file here and a line in `FAMILIES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pyspark.sql import DataFrame

from triage.labelling.families.linear import linear_logits
from triage.labelling.models import LoadedModel

FAMILIES: Mapping[str, Callable[[DataFrame, LoadedModel], DataFrame]] = {
    "linear": linear_logits,
}
"""By name in model.json."""


def with_logits(mail: DataFrame, model: LoadedModel) -> DataFrame:
    """`mail` with raw_<head> (array<double>, a logit a label) for every head of the model, and known_share (0 to 1).

    `mail` has the texts of `features.with_text`, and language (string, null where it is not looked at).
    """
    return FAMILIES[model.description.family](mail, model)
