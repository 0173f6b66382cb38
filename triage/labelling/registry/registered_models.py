"""The label models of the registry: all versions with their provenance, and what the champions say of their heads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.config import Settings
from triage.errors import ConfigError, ModelError, TransientError, TriageError
from triage.labelling.description import HeadDescription, ModelDescription
from triage.labelling.registry.artifacts import local_folder
from triage.labelling.registry.champion import head_model_name
from triage.labelling.registry.manifest import check_registered
from triage.labelling.registry.mlflow_errors import translated_errors
from triage.labelling.registry.model_folder import read_description, read_model_profile
from triage.monitoring.governance.in_force import ModelVersion
from triage.monitoring.profiles.profile_file import ModelProfile
from triage.monitoring.tracking import open_client

if TYPE_CHECKING:
    from mlflow import MlflowClient

_SQLITE = "sqlite:///"
_USER = "mlflow.user"


@dataclass(frozen=True, slots=True)
class RegisteredModels:
    """The versions of this job's models, the latest of each first; `heads` are those that decide, by name.

    `faults` say what could not be read: `models` for the registry, `heads` for the files of a champion.
    """

    versions: tuple[ModelVersion, ...] = ()
    heads: Mapping[str, tuple[ModelVersion, HeadDescription]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


def registered_models(settings: Settings, heads: Sequence[str]) -> RegisteredModels:
    """What the registry holds. A registry that does not answer is a fault of the result and no error."""
    if _is_absent(settings):
        return RegisteredModels()
    try:
        with translated_errors():
            client = open_client(settings)
            versions = tuple(_versions(client, settings))
    except (ConfigError, TransientError) as fault:
        return RegisteredModels(faults={"models": f"The model registry could not be read: {fault.what}"})
    champions = {version.name: version for version in versions if version.is_champion}
    described, faults = _described(client, champions.values(), settings)
    return RegisteredModels(versions, _deciding(described, champions, heads, settings), faults)


def champion_profile(settings: Settings) -> ModelProfile | None:
    """The profile stored with the bundle in force; None where there is none, or it cannot be read."""
    if _is_absent(settings):
        return None
    try:
        with translated_errors():
            client = open_client(settings)
            versions = _versions(client, settings)
            found = [v for v in versions if v.is_champion and v.name == settings.mlflow.registered_model]
            return read_model_profile(_folder(client, found[0], settings)) if found else None
    except (ModelError, ConfigError, TransientError, OSError):
        return None


def _is_absent(settings: Settings) -> bool:
    """Whether there is no registry yet: to ask for it would make one."""
    uri = settings.tracking_uri
    return uri.startswith(_SQLITE) and not Path(uri.removeprefix(_SQLITE)).exists()


def _versions(client: MlflowClient, settings: Settings) -> Iterator[ModelVersion]:
    bundle = settings.mlflow.registered_model
    # the bundle itself, and models of single heads, which have its name and a hyphen before theirs
    models = [m for m in pages(client.search_registered_models) if f"{m.name}-".startswith(f"{bundle}-")]
    for model in sorted(models, key=lambda model: str(model.name)):
        found = pages(partial(client.search_model_versions, f"name = '{model.name}'"))
        for version in sorted(found, key=lambda version: -int(version.version)):
            aliases = sorted(alias for alias, of in (model.aliases or {}).items() if str(of) == str(version.version))
            yield _version(client, version, tuple(aliases))


def pages(search: Callable[..., Any]) -> Iterator[Any]:
    """All results of a search, which MLflow gives a page at a time."""
    token = None
    while True:
        page = search(page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _version(client: MlflowClient, found: Any, aliases: tuple[str, ...]) -> ModelVersion:
    at = datetime.fromtimestamp(found.creation_timestamp / 1000, UTC) if found.creation_timestamp else None
    return ModelVersion(
        found.name, str(found.version), aliases, at, _registered_by(client, found), dict(sorted(found.tags.items()))
    )


def _registered_by(client: MlflowClient, found: Any) -> str:
    """The user of the version, else of the run that registered it, as MLflow recorded it; empty where it is gone."""
    if found.user_id:
        return str(found.user_id)
    try:
        with translated_errors():
            return str(client.get_run(found.run_id).data.tags.get(_USER, "")) if found.run_id else ""
    except TriageError:
        return ""


def _described(
    client: MlflowClient, champions: Iterable[ModelVersion], settings: Settings
) -> tuple[dict[str, ModelDescription], dict[str, str]]:
    """model.json of each champion whose files are those that were registered."""
    described, faults = {}, []
    for champion in champions:
        try:
            described[champion.name] = read_description(_folder(client, champion, settings))
        except (ModelError, ConfigError, TransientError, OSError) as fault:
            what = getattr(fault, "what", "its files cannot be read.")
            faults.append(f"{champion.name} version {champion.version}, the champion, cannot be used: {what}")
    return described, {"heads": " ".join(faults)} if faults else {}


def _folder(client: MlflowClient, champion: ModelVersion, settings: Settings) -> Path:
    """The local folder of a version, which matches its manifest. Raises ModelError where it does not."""
    with translated_errors():
        uri = client.get_model_version_download_uri(champion.name, champion.version)
    if not champion.digest:  # nothing would vouch for what is downloaded
        raise ModelError("The registry does not record the SHA-256 of its manifest.", where=champion.name)
    folder = local_folder(uri, f"{champion.name}/{champion.version}", champion.digest, settings)
    check_registered(folder, champion.digest)
    return folder


def _deciding(
    described: Mapping[str, ModelDescription],
    champions: Mapping[str, ModelVersion],
    heads: Sequence[str],
    settings: Settings,
) -> dict[str, tuple[ModelVersion, HeadDescription]]:
    """By head, the model that decides it: one of its own before the bundle."""
    found = {}
    for head in heads:
        for name in (head_model_name(settings, head), settings.mlflow.registered_model):
            description = described[name].head(head) if name in described else None
            if description is not None:
                found[head] = (champions[name], description)
                break
    return found
