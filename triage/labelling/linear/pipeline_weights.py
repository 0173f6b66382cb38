"""A linear head read back from a fitted pipeline: its weights, and the hashing that its features come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyspark.ml import PipelineModel
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.ml.feature import HashingTF

from triage.labelling.description import LINEAR
from triage.labelling.features.blocks import SENTENCES
from triage.labelling.linear.head_stages import coefficients, margins_stage
from triage.labelling.models import LoadedModel

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LinearPart:
    """A share of a head's logits: the stage's `rows`, one a label, times the vector in the column `features`."""

    stage: LogisticRegressionModel
    rows: tuple[int, ...]
    hashing: HashingTF
    """What turned the terms into places of that vector."""

    @property
    def features(self) -> str:
        """The vector's column."""
        return str(self.stage.getFeaturesCol())

    @property
    def terms(self) -> str:
        """The column of terms that were hashed."""
        return str(self.hashing.getInputCol())

    @property
    def bias(self) -> Floats:
        """One a label."""
        return np.asarray(self.stage.interceptVector.toArray())[list(self.rows)]

    def weights(self, places: Sequence[int]) -> Floats:
        """Labels × places of the features."""
        return np.asarray(coefficients(self.stage)[:, list(places)].todense())[list(self.rows)]


def linear_parts(model: LoadedModel, head: str) -> tuple[LinearPart, ...]:
    """What adds up to the logits of a head; empty where not all of it is linear in terms."""
    about = model.description
    head_about = about.head(head)
    if head_about is None or about.family != LINEAR or head_about.cascade or head_about.params.get(SENTENCES):
        return ()
    start = about.first_margin(head)
    rows = tuple(range(start, start + len(head_about.labels)))
    parts = (_part(model.pipeline, block, rows) for block in about.blocks if block != SENTENCES)
    return tuple(part for part in parts if part is not None)


def _part(pipeline: PipelineModel, block: str, rows: tuple[int, ...]) -> LinearPart | None:
    stage = margins_stage(pipeline.stages, block)
    hashing = _hashing(pipeline, stage.getFeaturesCol())
    return None if hashing is None else LinearPart(stage, rows, hashing)


def _hashing(pipeline: PipelineModel, column: str) -> HashingTF | None:
    """What hashed the terms behind a vector column."""
    stage = next((s for s in pipeline.stages if hasattr(s, "getOutputCol") and s.getOutputCol() == column), None)
    if isinstance(stage, HashingTF) or stage is None or not stage.hasParam("inputCol"):
        return stage if isinstance(stage, HashingTF) else None
    return _hashing(pipeline, stage.getOrDefault("inputCol"))
