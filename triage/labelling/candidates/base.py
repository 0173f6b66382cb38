"""The protocol of a candidate: how it is searched and fitted on arrays, and which Spark stages it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from optuna.trial import Trial
from pyspark.ml import Transformer
from pyspark.sql import DataFrame, SparkSession

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.features.blocks import IdfWeights, counting_stages
from triage.labelling.features.training_rows import TrainingRows
from triage.labelling.linear.head_stages import known_share_stages
from triage.labelling.models import BuiltModel

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Params = Mapping[str, float | int | str | bool | None]


@dataclass(frozen=True)
class TrainingData:
    """The labelled rows, as arrays and, for candidates that Spark fits, as a DataFrame."""

    rows: TrainingRows
    features: Mapping[str, Any]
    """Block → features of length 1, weighted by `weights`."""
    weights: Mapping[str, IdfWeights]
    prepared: DataFrame
    spark: SparkSession
    settings: Settings
    multi: frozenset[str] = frozenset()
    """Heads that may give a mail several labels."""

    def frame(self, use: Flags) -> DataFrame:
        """The rows of a mask, as `prepared` has them."""
        chosen = self.spark.createDataFrame([(int(n),) for n in self.rows.numbers[use]], "row long")
        return self.prepared.join(chosen, "row", "left_semi")

    def loss(self, head: str, params: Params) -> str:
        """The loss in `params`; heads with several labels a mail take the hinge, which decides each label by itself."""
        return "hinge" if head in self.multi else str(params["loss"])

    def share_stages(self) -> list[Transformer]:
        """`TEXT` to `known_share`, for families that do not count words."""
        counting = counting_stages(("words",), self.settings.labelling.hash_bits)
        return [*counting, *known_share_stages(self.spark, self.weights["words"])]


def require_single_label(data: TrainingData, head: str, candidate: str) -> None:
    """Raises ConfigError for a head that gives a mail several labels."""
    if head in data.multi:
        raise ConfigError(
            f"Head {head} gives a mail several labels, which {candidate} cannot decide.",
            where="labelling.search.candidates",
            remedy="Leave the candidate out for this head.",
        )


class FittedHead(Protocol):
    """A head after its fit."""

    def logits(self, data: TrainingData, use: Flags) -> Floats:
        """Rows of the mask × labels."""
        ...


@runtime_checkable
class StandaloneHead(Protocol):
    """A fitted head that cannot share a pipeline with others."""

    def build(self, data: TrainingData) -> BuiltModel:
        """The model of this head alone."""
        ...


class Candidate(Protocol):
    """A way to train a head."""

    @property
    def name(self) -> str:
        """As in the settings and model.json."""
        ...

    @property
    def family(self) -> str:
        """Who applies it: a name in triage/labelling/families.

        Linear heads share a model, others are alone in theirs.
        """
        ...

    @property
    def blocks(self) -> tuple[str, ...]:
        """The blocks of features that it may read."""
        ...

    @property
    def default(self) -> Params:
        """What is tried first, and without a search."""
        ...

    def missing(self, settings: Settings) -> str:
        """Why it cannot be tried here; empty where it can."""
        ...

    def suggest(self, trial: Trial) -> Params:
        """Hyper-parameters to try."""
        ...

    def fit(
        self, data: TrainingData, head: str, use: Flags, params: Params, start: FittedHead | None = None
    ) -> FittedHead:
        """Fits on the rows of the mask; `start` is the head of an earlier model to begin at, where the solver can."""
        ...
