"""The models of a relabel: which versions label, whether they fit, and what they are as a champion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.config import Settings
from triage.errors import ConfigError, ModelError
from triage.labelling.models import Champion, LoadedModel
from triage.labelling.registry.champion import head_model_name, require_heads
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.taxonomy import Head, Taxonomy


@dataclass(frozen=True, slots=True)
class Versions:
    """The model that was asked for with its version, and all models that label with theirs, by name."""

    model: str
    version: str
    models: Mapping[str, str]


def model_of(registry: ModelRegistry, settings: Settings, head: str | None) -> str:
    """The model that decides a head now: its own, else the bundle; the bundle for no head."""
    own = head_model_name(settings, head) if head else None
    return own if own and registry.champion_version(own) else settings.mlflow.registered_model


def versions_for(
    registry: ModelRegistry, settings: Settings, taxonomy: Taxonomy, head: str | None, version: str | None
) -> Versions:
    """The versions that a backfill labels with: those in force, and `version` of the model that was asked for.

    Raises ConfigError for an unknown version or where no champion is.
    """
    if head is None:
        singles = _singles(registry, settings, taxonomy)
        if len(singles) == len(taxonomy.heads) and version is None:
            name = next(iter(singles))
            return Versions(name, singles[name], singles)
    else:
        singles = {}
    name = model_of(registry, settings, head)
    chosen = require_champion(registry, name) if version is None else registry.require_version(name, version)
    return Versions(name, chosen, {**singles, name: chosen})


def require_champion(registry: ModelRegistry, name: str) -> str:
    """The champion's version. Raises ConfigError where the model has none."""
    version = registry.champion_version(name)
    if version is None:
        raise ConfigError(
            f"The model {name} has no champion.",
            where="mlflow.registered_model",
            remedy="Name a registered model, or run jobs/nightly.py or jobs/train.py first.",
        )
    return version


def load_models(registry: ModelRegistry, models: Mapping[str, str]) -> dict[str, LoadedModel]:
    """The versions by name. Raises ModelError where files are missing or differ from those that were registered."""
    return {name: registry.load(name, version) for name, version in models.items()}


def require_fit(models: Mapping[str, LoadedModel], settings: Settings, heads: Sequence[Head]) -> None:
    """Raises ConfigError where a model lacks one of the heads that it decides, or has labels the taxonomy has not."""
    for head in heads:
        model = models.get(head_model_name(settings, head.name)) or models.get(settings.mlflow.registered_model)
        if model is None:
            continue
        try:
            require_heads(model, (head,))
        except ModelError:
            raise ConfigError(
                f"This version is of another taxonomy: head {head.name} is missing or has other labels.",
                where=f"{model.name} version {model.version}",
                remedy="Choose a version that was trained for the taxonomy in force (labelling.taxonomy).",
            ) from None


def bundle_heads(registry: ModelRegistry, settings: Settings, taxonomy: Taxonomy) -> tuple[Head, ...]:
    """The heads that have no model of their own."""
    own = _singles(registry, settings, taxonomy)
    return tuple(head for head in taxonomy.heads if head_model_name(settings, head.name) not in own)


def labeller(
    models: Mapping[str, LoadedModel], settings: Settings, taxonomy: Taxonomy, heads: Sequence[str]
) -> Champion:
    """The models as a champion that decides only these heads, each by its own model where it is among them."""
    chosen = tuple(head for head in taxonomy.heads if head.name in heads)
    single = {h.name: models[n] for h in chosen if (n := head_model_name(settings, h.name)) in models}
    bundle = models.get(settings.mlflow.registered_model)
    return Champion(bundle, single, taxonomy.model_copy(update={"heads": chosen}))


def _singles(registry: ModelRegistry, settings: Settings, taxonomy: Taxonomy) -> dict[str, str]:
    names = (head_model_name(settings, head.name) for head in taxonomy.heads)
    found = ((name, registry.champion_version(name)) for name in names)
    return {name: version for name, version in found if version is not None}
