"""The trial of a model: which version is tried beside the champion, how, and since when; a tag of the registered model.

The tried version has the alias `shadow` too, for people who look at the registry.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, ValidationError

from triage.config import Section
from triage.errors import ModelError
from triage.labelling.registry.model_registry import ModelRegistry

TAG = "trial"

TrialKind = Literal["shadow", "canary", "ab"]


class Trial(Section):
    """A version beside the champion. `shadow` decides nothing; `canary` and `ab` decide a share of the threads."""

    kind: TrialKind
    version: str
    share: float = Field(ge=0, le=0.5)
    """Share of the threads that it decides; 0 for a shadow."""

    salt: str
    """Name of the trial; with a thread's token it draws who decides the thread."""

    after_batch: int = Field(ge=0)
    """The last batch that was planned when it began; only later ones take part."""

    started_at: datetime


def read_trial(registry: ModelRegistry, name: str) -> Trial | None:
    """The trial of the model `name`; None where there is none. Raises ModelError where the tag cannot be read."""
    text = registry.tag(name, TAG)
    if not text:
        return None
    try:
        return Trial.model_validate_json(text)
    except ValidationError:
        raise ModelError(
            "What is recorded of its trial cannot be read.",
            where=name,
            remedy=f"Delete the tag {TAG} of the registered model in MLflow, and start the trial again.",
        ) from None


def set_trial(registry: ModelRegistry, name: str, trial: Trial) -> None:
    """Begins a trial, in place of any other."""
    registry.set_alias("shadow", name, trial.version)
    registry.set_tag(name, TAG, trial.model_dump_json())


def end_trial(registry: ModelRegistry, name: str) -> None:
    """Ends the trial; does nothing where there is none."""
    if registry.tag(name, TAG):
        registry.set_tag(name, TAG, "")
    if registry.version_of(name, "shadow") is not None:
        registry.delete_alias("shadow", name)
