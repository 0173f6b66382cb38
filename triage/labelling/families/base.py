"""The interface of a model family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyspark.sql import DataFrame

from triage.labelling.models import LoadedModel


def accept(files: Mapping[str, bytes]) -> None:
    """Accepts any files: for families without files of their own."""


@dataclass(frozen=True)
class Family:
    """How models of a family are applied, and how their files are validated."""

    logits: Callable[[DataFrame, LoadedModel], DataFrame]
    """`mail`, raw_<head> (array<double>, a logit per label) for every head of the model, and known_share."""

    check: Callable[[Mapping[str, bytes]], None] = accept
    """Raises ModelError unless the family's files are present and readable."""
