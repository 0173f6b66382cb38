"""What a fitted pipeline holds of a linear head: its weights, and the terms that each place of its features counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pyspark.ml import PipelineModel
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.ml.feature import HashingTF, VectorAssembler
from scipy.sparse import csc_matrix, csr_matrix

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Source:
    """Terms in the column `terms`, hashed by `hashing` to the places from `offset` on."""

    terms: str
    hashing: HashingTF
    offset: int


@dataclass(frozen=True)
class LinearPart:
    """A share of a head's logits: the stage's `rows`, one a label, times the vector in the column `features`."""

    stage: LogisticRegressionModel
    rows: tuple[int, ...]
    features: str
    sources: tuple[Source, ...]

    @property
    def bias(self) -> Floats:
        """One a label."""
        return np.asarray(self.stage.interceptVector.toArray())[list(self.rows)]

    def weights(self, places: Sequence[int]) -> Floats:
        """Labels × places of the features; a sparse matrix is never made dense."""
        matrix: Any = self.stage.coefficientMatrix
        if not hasattr(matrix, "colPtrs"):
            return np.asarray(matrix.toArray()[np.ix_(self.rows, list(places))])
        form = csr_matrix if matrix.isTransposed else csc_matrix
        stored = form(
            (matrix.values, matrix.rowIndices, matrix.colPtrs), shape=(matrix.numRows, matrix.numCols)
        )
        return np.asarray(stored[:, list(places)].todense())[list(self.rows)]


def linear_parts(pipeline: PipelineModel, head: str) -> tuple[LinearPart, ...]:
    """What adds up to the logits of a head; empty where not all of it is linear in terms."""
    for stage in pipeline.stages:
        if isinstance(stage, LogisticRegressionModel) and stage.getRawPredictionCol() == f"raw_{head}":
            sources = _sources(pipeline, stage.getFeaturesCol(), 0)
            rows = tuple(range(stage.numClasses))
            return (LinearPart(stage, rows, stage.getFeaturesCol(), sources),) if sources else ()
    return ()


def _sources(pipeline: PipelineModel, column: str, offset: int) -> tuple[Source, ...]:
    """The hashed terms behind a vector column; empty where something else takes part in it."""
    stage = next((s for s in pipeline.stages if _output(s) == column), None)
    if isinstance(stage, HashingTF):
        return (Source(stage.getInputCol(), stage, offset),)
    if isinstance(stage, VectorAssembler):
        return _assembled(pipeline, stage, offset)
    if stage is None or not stage.hasParam("inputCol"):
        return ()
    return _sources(pipeline, stage.getOrDefault("inputCol"), offset)


def _assembled(pipeline: PipelineModel, stage: VectorAssembler, offset: int) -> tuple[Source, ...]:
    found: list[Source] = []
    for column in stage.getInputCols():
        parts = _sources(pipeline, column, offset)
        if not parts:
            return ()
        found += parts
        offset = parts[-1].offset + parts[-1].hashing.getNumFeatures()
    return tuple(found)


def _output(stage: object) -> str | None:
    return stage.getOutputCol() if hasattr(stage, "getOutputCol") else None
