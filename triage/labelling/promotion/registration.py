"""What both trainings share: the sample as source, the model of a warm start, and what a training led to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.config import Settings
from triage.labelling.data.report import DataReport
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.taxonomy import Head
from triage.labelling.training.result import Source, TrainedModel, WarmStart
from triage.labelling.training.warm_start import warm_starts

SAMPLE = Source("sample gold", "Apache-2.0")

OnProgress = Callable[[str], None]
"""Called with one line at each step of a training."""


def ignore_progress(_: str) -> None:
    """For a training whose progress nobody watches."""


@dataclass(frozen=True)
class Registration:
    """A trained model as registered. The gate decides whether it goes live (triage/learning/promotion)."""

    trained: TrainedModel
    name: str
    version: str
    held_out: DataFrame
    """The labelled rows that it was scored on before any fit saw them."""

    report: DataReport | None = None
    """What was found wrong in a labelled file."""


@dataclass(frozen=True)
class Parent:
    """The champion that a warm start begins at."""

    label: str | None
    """Name and version, as in the new model's provenance; None where no head begins at it."""

    heads: Mapping[str, WarmStart]
    """The heads that it has in a form that training can continue."""


def load_parent(
    registry: ModelRegistry, name: str, heads: Sequence[Head], settings: Settings, on_progress: OnProgress
) -> Parent:
    """The champion of the model `name`; its heads that cannot be continued are reported, and searched anew."""
    version = registry.champion_version(name)
    if version is None:
        return NO_PARENT
    model = registry.load(name, version)
    found = warm_starts(model, heads)
    usable = {name: start for name, start in found.items() if not start.candidate.missing(settings)}
    for head in heads:
        if head.name not in usable:
            on_progress(f"{head.name}: the champion's head cannot be continued; it is searched anew")
    return Parent(f"{model.name} version {model.version}" if usable else None, usable)


def rows_with_numbers(labelled: DataFrame, numbers: npt.NDArray[np.int64]) -> DataFrame:
    """The rows of `labelled` with these numbers."""
    chosen = labelled.sparkSession.createDataFrame([(int(number),) for number in numbers], "row long")
    return labelled.join(f.broadcast(chosen), "row", "left_semi")


NO_PARENT = Parent(None, {})
"""Of a training from scratch."""
