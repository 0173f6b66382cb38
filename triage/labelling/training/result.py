"""What goes into a training and what comes out: source, warm starts, and the trained model with its scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyspark.ml import PipelineModel

from triage.labelling.candidates.base import Candidate, FittedHead, Params
from triage.labelling.description import ModelDescription
from triage.labelling.evaluation.evaluated_rows import Evaluated
from triage.labelling.evaluation.metrics import Score
from triage.labelling.features.training_rows import TrainingRows
from triage.labelling.training.search import SearchResult
from triage.monitoring.profiles.profile import Profile

OURS = "this model"
MAJORITY = "majority class"


@dataclass(frozen=True)
class Source:
    """Where labelled rows came from, under which licence a model of them may be used, and the model it starts from."""

    name: str
    licence: str = "unknown"
    parent: str | None = None


@dataclass(frozen=True)
class TrainedModel:
    """A pipeline with its description, its scores and the rows that it was trained on."""

    pipeline: PipelineModel
    description: ModelDescription
    scores: Mapping[str, Mapping[str, Score]]
    """Head → system → scores on the held-out rows."""
    evaluated: Mapping[str, Evaluated]
    searches: Mapping[str, SearchResult]
    dropped: Mapping[str, int]
    """Head → rows left out: no label, a label that the head does not know, no text, or no weight."""
    rows: TrainingRows
    seconds: float
    processor_seconds: float
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What the model's family stores beside the pipeline, by name."""
    profile: Profile = field(default_factory=Profile)
    """Of the rows that it was trained and held back on."""
    refitted: bool = False
    """Whether its weights were fitted on the held-out rows, too, after they had been scored."""


@dataclass(frozen=True)
class WarmStart:
    """An earlier model's head, at which a fit begins: candidate, hyper-parameters and weights."""

    candidate: Candidate
    params: Params
    fitted: FittedHead
