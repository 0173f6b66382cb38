"""What a family has to offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyspark.sql import DataFrame

from triage.labelling.models import LoadedModel


def needs_nothing(files: Mapping[str, bytes]) -> None:
    """Of a family that has no files of its own."""


@dataclass(frozen=True)
class Family:
    """How models of a family are applied, and what must stand beside their pipeline."""

    logits: Callable[[DataFrame, LoadedModel], DataFrame]
    """`mail`, raw_<head> (array<double>, a logit a label) for every head of the model, and known_share."""

    check: Callable[[Mapping[str, bytes]], None] = needs_nothing
    """Raises ModelError unless the family's own files are there and can be read."""
