"""Which models label mails: the champions whose files, description and labels hold, else the last good ones."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from triage.config import Settings
from triage.errors import ConfigError, ModelError
from triage.labelling.models import Champion, LoadedModel
from triage.labelling.registry.registry import ModelRegistry
from triage.labelling.taxonomy import Head, Taxonomy

_log = logging.getLogger(__name__)

Find = Callable[[], str]


def champion_in_force(
    registry: ModelRegistry, taxonomy: Taxonomy, settings: Settings, first: Find
) -> Champion:
    """The models in force; where there is no champion yet, the version that `first` gives becomes it.

    A version that an interrupted run registered but did not promote is taken up, so that starting again
    leads to the same version. A champion that is refused is stood in for by the last good one, with an alert.
    The bundle need not know heads that were trained by themselves.
    Raises ModelError when there is no good one.
    """
    alerts: list[str] = []
    single = _single_heads(registry, taxonomy, settings, alerts)
    rest = tuple(head for head in taxonomy.heads if head.name not in single)
    bundle = _bundle(registry, rest, settings, first, alerts) if rest else None
    for alert in alerts:
        _log.warning("%s", alert)
    return Champion(bundle, single, taxonomy, tuple(alerts))


def _bundle(
    registry: ModelRegistry, heads: tuple[Head, ...], settings: Settings, first: Find, alerts: list[str]
) -> LoadedModel:
    """The model that decides `heads`."""
    name = settings.mlflow.registered_model
    if registry.champion_version(name) is None:
        registry.promote(name, registry.first_ready_version(name) or first())
    bundle = _good(registry, name, heads, alerts)
    if bundle is None:
        raise ModelError(
            " ".join(alerts),
            where=name,
            remedy="Train a new one with jobs/train.py (with --labelled for a head that the sample does not know), or restore its files or the taxonomy.",
        )
    return bundle


def head_model(settings: Settings, head: str) -> str:
    """Name in the registry of a head that was trained by itself."""
    return f"{settings.mlflow.registered_model}-{head}"


def checked(model: LoadedModel, heads: tuple[Head, ...]) -> LoadedModel:
    """The model. Raises ModelError when one of `heads` is missing or has labels that the taxonomy does not know."""
    for head in heads:
        if not set(model.heads.get(head.name, ("",))) <= set(head.labels):
            raise ModelError(
                f"It does not fit the taxonomy: head {head.name} is missing or has other labels.",
                where=f"{model.name} version {model.version}",
                remedy="Train a new one with jobs/train.py, or restore the taxonomy.",
            )
    return model


def _single_heads(
    registry: ModelRegistry, taxonomy: Taxonomy, settings: Settings, alerts: list[str]
) -> Mapping[str, LoadedModel]:
    found = {}
    for head in taxonomy.heads:
        name = head_model(settings, head.name)
        if registry.champion_version(name) is None:
            continue
        model = _good(registry, name, (head,), alerts)
        if model is not None:
            found[head.name] = model
        else:
            alerts.append(f"Head {head.name} is decided by {settings.mlflow.registered_model} instead.")
    return found


def _good(
    registry: ModelRegistry, name: str, heads: tuple[Head, ...], alerts: list[str]
) -> LoadedModel | None:
    """The champion, else the first of those before it that is not refused; alerts say what was."""
    champion = registry.champion_version(name)
    versions = dict.fromkeys([champion, *registry.good_versions(name)])
    for version in filter(None, versions):
        try:
            model = checked(registry.load(name, version), heads)
        except ModelError as fault:
            alerts.append(f"{name} version {version} is refused: {_lower(fault.what)}")
            continue
        if version != champion:
            alerts.append(f"{name} version {version}, the last good one, labels instead.")
        else:
            _remember(registry, name, version)
        return model
    return None


def _remember(registry: ModelRegistry, name: str, version: str) -> None:
    """A registry that may only be read still serves."""
    try:
        registry.remember_good(name, version)
    except ConfigError:
        _log.warning("The registry does not let this user note that %s version %s is good.", name, version)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
