"""Trains a registered version again from its pinned training set, and compares the two."""

from __future__ import annotations

from dataclasses import dataclass

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.models import LoadedModel
from triage.labelling.promotion.registration import NO_PARENT, Parent
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.taxonomy import Head
from triage.labelling.training.warm_start import warm_starts
from triage.lake.store import Store
from triage.learning.retraining.fit import Fit, fit
from triage.learning.retraining.sets.training_set import stored_set
from triage.learning.retraining.state import trainings_by_version
from triage.progress import Progress

_VERSION = " version "


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Whether the rows are the same as then, and the heads whose figures on held-out rows differ."""

    training_id: str
    same_rows: bool
    differing: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether the model is the same one."""
        return self.same_rows and not self.differing


def rebuild(settings: Settings, store: Store, version: str, progress: Progress) -> Rebuilt:
    """Trains anew what learnt from corrections; registers nothing.

    Rows differ where mails were erased or have aged since, or the sample that ships is another one. Raises ConfigError
    for a version that did not learn from corrections, ModelError for one whose files are not those registered.
    """
    training_id = trainings_by_version(settings).get(version)
    name = settings.mlflow.registered_model
    if training_id is None:
        raise ConfigError(
            "No version of this number learnt from corrections.",
            where=f"{name} version {version}",
            remedy="Name one that jobs/learn.py trained.",
        )
    registry = ModelRegistry(settings)
    model = registry.load(name, version)
    chosen = stored_set(store, training_id)
    with progress.stage("train", f"training {training_id}"):
        again = fit(store.spark, store, chosen, settings, progress.log, lambda heads: _parent(registry, model, heads))
    return Rebuilt(training_id, _same_rows(model, again), tuple(_differing(model, again)))


def _parent(registry: ModelRegistry, model: LoadedModel, heads: tuple[Head, ...]) -> Parent:
    """The version that the model began at, which may be no champion now."""
    label = model.description.provenance.parent
    if label is None:
        return NO_PARENT
    name, _, version = label.rpartition(_VERSION)
    return Parent(label, warm_starts(registry.load(name, version), heads))


def _same_rows(model: LoadedModel, again: Fit) -> bool:
    return model.description.provenance.data_digest == again.trained.description.provenance.data_digest


def _differing(model: LoadedModel, again: Fit) -> list[str]:
    figures = {head.name: head.metrics for head in again.trained.description.heads}
    return [head.name for head in model.description.heads if figures.get(head.name) != head.metrics]
