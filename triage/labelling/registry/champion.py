"""Loads the models that label mails: the champions, or the last good versions where a champion is not valid."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from triage.config import Settings
from triage.errors import ConfigError, ModelError
from triage.labelling.models import Champion, LoadedModel, Tried
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.registry.trial import read_trial
from triage.labelling.taxonomy import Head, Taxonomy

_log = logging.getLogger(__name__)

FirstVersion = Callable[[], str]
"""Trains and registers a first version, and returns it."""


def champion_in_force(registry: ModelRegistry, taxonomy: Taxonomy, settings: Settings, first: FirstVersion) -> Champion:
    """The models in force; where there is no champion yet, the version of `first` becomes it.

    A version that an interrupted run registered but did not promote becomes champion, so that a restart uses the
    same version. The last good version replaces a champion that is not valid, with an alert. The bundle need not
    have heads with a model of their own. Raises ModelError when no version is valid.
    """
    alerts: list[str] = []
    single = _single_heads(registry, taxonomy, settings, alerts)
    rest = tuple(head for head in taxonomy.heads if head.name not in single)
    bundle = _bundle(registry, rest, settings, first, alerts) if rest else None
    tried = _tried(registry, rest, settings, alerts) if bundle else None
    for alert in alerts:
        _log.warning("%s", alert)
    return Champion(bundle, single, taxonomy, tuple(alerts), tried)


def _tried(registry: ModelRegistry, heads: tuple[Head, ...], settings: Settings, alerts: list[str]) -> Tried | None:
    """The model of a trial. One that cannot be used ends no run: the champion then decides alone."""
    name = settings.mlflow.registered_model
    try:
        trial = read_trial(registry, name)
        if trial is None:
            return None
        model = require_heads(registry.load(name, trial.version), heads)
        return Tried(model, trial.share, trial.salt, trial.after_batch)
    except ModelError as fault:
        alerts.append(f"The model on trial cannot be used, so the champion decides alone: {_lower(fault.what)}")
        return None


def _bundle(
    registry: ModelRegistry,
    heads: tuple[Head, ...],
    settings: Settings,
    first: FirstVersion,
    alerts: list[str],
) -> LoadedModel:
    """The model that decides `heads`."""
    name = settings.mlflow.registered_model
    if registry.champion_version(name) is None:
        registry.promote(name, registry.first_ready_version(name) or first())
    bundle = _valid_model(registry, name, heads, alerts)
    if bundle is None:
        raise ModelError(
            " ".join(alerts),
            where=name,
            remedy=(
                "Train a new one with jobs/train.py (with --labelled for a head that the sample does not know), "
                "or restore its files or the taxonomy."
            ),
        )
    return bundle


def head_model_name(settings: Settings, head: str) -> str:
    """Name in the registry of a head with a model of its own."""
    return f"{settings.mlflow.registered_model}-{head}"


class Versioned(Protocol):
    """A version of a model, in whatever way it is loaded."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def heads(self) -> Mapping[str, tuple[str, ...]]: ...


_Version = TypeVar("_Version", bound=Versioned)


def require_heads(model: _Version, heads: tuple[Head, ...]) -> _Version:
    """The model. Raises ModelError when it lacks one of `heads` or has labels that are not in the taxonomy."""
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
        name = head_model_name(settings, head.name)
        if registry.champion_version(name) is None:
            continue
        model = _valid_model(registry, name, (head,), alerts)
        if model is not None:
            found[head.name] = model
        else:
            alerts.append(f"Head {head.name} is decided by {settings.mlflow.registered_model} instead.")
    return found


def _valid_model(registry: ModelRegistry, name: str, heads: tuple[Head, ...], alerts: list[str]) -> LoadedModel | None:
    """The champion, else the latest good version that is valid; every version that is not adds to `alerts`."""
    champion = registry.champion_version(name)
    versions = dict.fromkeys([champion, *registry.good_versions(name)])
    for version in filter(None, versions):
        try:
            model = require_heads(registry.load(name, version), heads)
        except ModelError as fault:
            alerts.append(f"{name} version {version} cannot be used: {_lower(fault.what)}")
            continue
        if version != champion:
            alerts.append(f"{name} version {version}, the last good one, labels instead.")
        else:
            _record(registry, name, version)
        return model
    return None


def _record(registry: ModelRegistry, name: str, version: str) -> None:
    """Records the version as good; a registry without write permission is sufficient to label."""
    try:
        registry.record_good_version(name, version)
    except ConfigError:
        _log.warning("The registry does not permit this user to record that %s version %s is good.", name, version)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
