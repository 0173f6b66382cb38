"""The record of a training that MLflow stores: provenance, hyper-parameters, metrics and the trials of the search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import ConfigDict

from triage.config import Section
from triage.labelling.description import ModelDescription

if TYPE_CHECKING:
    from triage.labelling.training.result import TrainedModel  # brings all that learns with it

Value = float | int | str | bool | None


class Record(Section):
    """What is stored as JSON with every float: a metric may be infinite or none at all."""

    model_config = ConfigDict(ser_json_inf_nan="constants")


class Trial(Record):
    """One combination that a search tried: a run below the training's."""

    name: str
    params: Mapping[str, Value]
    metrics: Mapping[str, float]


class TrainingRecord(Record):
    """The content of a training's run in MLflow."""

    origin: Mapping[str, str]
    """Tags of the run and of the registered version."""

    params: Mapping[str, Value]
    metrics: Mapping[str, float]
    trials: tuple[Trial, ...] = ()


def record_of(trained: TrainedModel) -> TrainingRecord:
    """The record of a training."""
    description = trained.description
    return TrainingRecord(
        origin={key: str(value) for key, value in description.provenance if value is not None},
        params=_params(description),
        metrics=_metrics(description) | _compared(trained),
        trials=tuple(_trials(trained)),
    )


def log_record(record: TrainingRecord) -> None:
    """Writes the figures into MLflow's active run, and each trial into a run below it."""
    import mlflow

    mlflow.log_params(dict(record.params))
    mlflow.log_metrics(dict(record.metrics))
    for trial in record.trials:
        with mlflow.start_run(nested=True, run_name=trial.name):
            mlflow.log_params(dict(trial.params))
            mlflow.log_metrics(dict(trial.metrics))


def _params(description: ModelDescription) -> dict[str, Value]:
    return {
        f"{head.name}.{key}": value
        for head in description.heads
        for key, value in {"candidate": head.candidate, **head.params}.items()
    }


def _metrics(description: ModelDescription) -> dict[str, float]:
    return {f"{head.name}.{key}": value for head in description.heads for key, value in head.metrics.items()}


def _compared(trained: TrainedModel) -> dict[str, float]:
    """Macro-F1 by head and system, this model and what it is measured beside."""
    return {
        f"{head}.{system}.macro_f1".replace(" ", "_").replace("+", "and"): found.macro_f1
        for head, systems in trained.scores.items()
        for system, found in systems.items()
    }


def _trials(trained: TrainedModel) -> list[Trial]:
    return [
        Trial(
            name=f"{head} {number} {tried.candidate.name}",
            params={"head": head, "candidate": tried.candidate.name, **tried.params},
            metrics={"macro_f1": tried.macro_f1, "seconds": tried.seconds},
        )
        for head, search in trained.searches.items()
        for number, tried in enumerate(search.tried)
    ]
