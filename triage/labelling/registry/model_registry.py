"""The MLflow registry of label models: registers versions with provenance and digests, sets aliases, loads versions.

The alias `champion` names the version that labels mails, `challenger` the newest one that is not promoted, `shadow` one
that is only compared. The registered model's tag `good_versions` lists the versions that were champion, the latest
first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from triage.config import Settings
from triage.errors import DISK_FULL, AccessDeniedError, ConfigError, ModelError
from triage.labelling.models import Champion as Champion  # noqa: PLC0414 - exported to the other rooms
from triage.labelling.models import LoadedModel as LoadedModel  # noqa: PLC0414
from triage.labelling.registry.artifacts import ARTIFACT, local_folder, staging
from triage.labelling.registry.decisions import GATE, PENDING, may_go_live, registered_model
from triage.labelling.registry.manifest import TAG as MANIFEST
from triage.labelling.registry.manifest import check_registered
from triage.labelling.registry.mlflow_errors import translated_errors
from triage.labelling.registry.model_folder import profile_of_training, read_folder, write_folder
from triage.labelling.registry.seen_rows import write_seen_rows
from triage.labelling.registry.stored_model import StoredModel
from triage.labelling.registry.training_record import TrainingRecord, log_record, record_of
from triage.monitoring.tracking import experiment_id, open_client

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from triage.labelling.training.result import TrainedModel  # brings all that learns with it

Alias = Literal["champion", "challenger", "shadow"]

Fill = Callable[[Path, str], str]
"""Fills an empty folder with the model of a run, by its id, and gives the digest of the manifest."""

_Read = TypeVar("_Read")

NO_TAGS: Mapping[str, str] = MappingProxyType({})

_GOOD = "good_versions"
ROLLED_BACK = "rolled_back_to"
"""Tag of a version that was rolled back: the version that became champion in its place."""
_MAX_GOOD = 20


class ModelRegistry:
    """The registry of `settings.tracking_uri`; errors of MLflow become ConfigError, ModelError or TransientError."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        with translated_errors():
            self._client: MlflowClient = open_client(settings)

    def version_of(self, name: str, alias: Alias) -> str | None:
        """The version with this alias; None where there is none."""
        model = self._model(name)
        return None if model is None or alias not in model.aliases else str(model.aliases[alias])

    def champion_version(self, name: str) -> str | None:
        """The version with the alias `champion`."""
        return self.version_of(name, "champion")

    def good_versions(self, name: str) -> tuple[str, ...]:
        """The versions that were champion and could be loaded, the latest first."""
        return _listed(self.tag(name, _GOOD))

    def first_ready_version(self, name: str) -> str | None:
        """The lowest version whose registration was completed and that need not pass the gate, or has passed it."""
        if self._model(name) is None:
            return None
        with translated_errors():
            found = self._client.search_model_versions(f"name = '{name}'")
        ready = [int(version.version) for version in found if version.status == "READY" and may_go_live(version.tags)]
        return str(min(ready)) if ready else None

    def registered_at(self, name: str, version: str) -> datetime:
        """When the version was registered, in UTC."""
        with translated_errors():
            found = self._client.get_model_version(name, version)
        return datetime.fromtimestamp(found.creation_timestamp / 1000, UTC)

    def versions(self, name: str) -> tuple[str, ...]:
        """The versions of a model that can be loaded, ascending; none where the model is not registered."""
        if self._model(name) is None:
            return ()
        with translated_errors():
            found = self._client.search_model_versions(f"name = '{name}'")
        return tuple(map(str, sorted(int(version.version) for version in found if version.status == "READY")))

    def require_version(self, name: str, version: str) -> str:
        """The version. Raises ConfigError where the registry does not know it."""
        known = self.versions(name)
        if version not in known:
            raise ConfigError(
                f"The model {name} has no version {version}.",
                where="--version",
                remedy=f"It has: {', '.join(known)}." if known else "Nothing is registered under that name.",
            )
        return version

    def roll_back(self, name: str, version: str, bad: str) -> None:
        """Makes the version champion in place of `bad`, which is marked and no longer a good version; idempotent.

        A mark that the version itself had is removed, since a person chose it.
        """
        self.set_alias("champion", name, version)
        good = [version, *(v for v in self.good_versions(name) if v not in (version, bad))][:_MAX_GOOD]
        with translated_errors():
            self._client.set_registered_model_tag(name, _GOOD, " ".join(good))
            self._client.set_model_version_tag(name, bad, ROLLED_BACK, version)
        self._remove_mark(name, version)

    def _remove_mark(self, name: str, version: str) -> None:
        """A version that somebody makes champion is no longer one that was rolled back."""
        with translated_errors():
            if ROLLED_BACK in self._client.get_model_version(name, version).tags:
                self._client.delete_model_version_tag(name, version, ROLLED_BACK)

    def version_tags(self, name: str, version: str) -> dict[str, str]:
        """The tags of a version."""
        with translated_errors():
            return dict(self._client.get_model_version(name, version).tags)

    def promote(self, name: str, version: str) -> None:
        """Makes the version the champion; idempotent. The former champion is recorded as good, a mark is removed."""
        former = self.champion_version(name)
        if former is not None and former != version:
            self.record_good_version(name, former)
        self.set_alias("champion", name, version)
        self._remove_mark(name, version)
        for alias in ("challenger", "shadow"):
            if self.version_of(name, alias) == version:
                self.delete_alias(alias, name)

    def set_alias(self, alias: Alias, name: str, version: str) -> None:
        """Moves the alias to this version."""
        with translated_errors():
            self._client.set_registered_model_alias(name, alias, version)

    def delete_alias(self, alias: Alias, name: str) -> None:
        """Deletes the alias; does nothing where no version has it."""
        with translated_errors():
            self._client.delete_registered_model_alias(name, alias)

    def tag(self, name: str, key: str) -> str:
        """A tag of the registered model; empty where it has none."""
        model = self._model(name)
        return "" if model is None else str(model.tags.get(key, ""))

    def set_tag(self, name: str, key: str, value: str) -> None:
        """Sets a tag of the registered model."""
        with translated_errors():
            self._client.set_registered_model_tag(name, key, value)

    def record_good_version(self, name: str, version: str) -> None:
        """Puts the version first among those that replace a champion with invalid files."""
        known = self.good_versions(name)
        if known[:1] == (version,):
            return
        latest = [version, *(v for v in known if v != version)][:_MAX_GOOD]
        self.set_tag(name, _GOOD, " ".join(latest))

    def register(
        self, name: str, trained: TrainedModel, cards: Mapping[str, str] | None = None, *, gated: bool = True
    ) -> str:
        """Registers a new version as challenger, and returns it.

        Before that it logs the training as a run and stores the model's folder. A version that is `gated` never
        becomes champion by `champion_in_force`, but by the gate only (triage/learning/promotion).
        """

        def fill(folder: Path, run_id: str) -> str:
            pipeline, description = trained.pipeline, trained.description
            profile = profile_of_training(trained, self.settings)
            about, files = cards or {}, trained.files
            return write_folder(
                folder,
                pipeline,
                description,
                about,
                self.settings,
                run_id,
                files=files,
                profile=profile,
                seen_rows=seen,
            )

        seen = write_seen_rows(trained, self.settings)
        return self._register(name, record_of(trained), fill, {GATE: PENDING} if gated else {})

    def register_stored(self, name: str, stored: StoredModel) -> str:
        """As `register`, from a folder of a model trained before.

        Raises ModelError where its manifest does not hold.
        """
        return self._register(name, stored.record, stored.copy_to)

    def _register(self, name: str, record: TrainingRecord, fill: Fill, gate: Mapping[str, str] = NO_TAGS) -> str:
        with translated_errors():
            source, run_id, digest = self._log(name, record, fill)
            if self._model(name) is None:
                self._client.create_registered_model(name)
            tags = {**record.origin, **gate, MANIFEST: digest}
            version = str(self._client.create_model_version(name, source, run_id, tags=tags).version)
        self.set_alias("challenger", name, version)
        return version

    def load(self, name: str, version: str) -> LoadedModel:
        """A version with the files that were registered. Raises ModelError where files differ or are missing."""

        def read(folder: Path, digest: str) -> LoadedModel:
            return LoadedModel(name, version, *read_folder(folder, self.settings, digest))

        return self.read(name, version, read)

    def folder(self, name: str, version: str) -> Path:
        """The local folder of a version, as it was registered. Raises ModelError as `load` does."""

        def checked(folder: Path, digest: str) -> Path:
            check_registered(folder, digest)
            return folder

        return self.read(name, version, checked)

    def digest(self, name: str, version: str) -> str:
        """SHA-256 of the version's manifest; empty where the registry does not know it."""
        with translated_errors():
            return str(self._client.get_model_version(name, version).tags.get(MANIFEST, ""))

    def read(self, name: str, version: str, reader: Callable[[Path, str], _Read]) -> _Read:
        """What `reader` makes of a version's folder and the digest of its manifest, without a JVM of its own.

        Raises ModelError where the files are missing, or where the reader raises it.
        """
        where = f"{name} version {version}"
        try:
            with translated_errors():
                found = self._client.get_model_version(name, version)
                uri = self._client.get_model_version_download_uri(name, version)
        except AccessDeniedError:
            raise
        except ConfigError:
            raise _cannot_use("The registry does not know this version", where) from None
        digest = found.tags.get(MANIFEST)
        if not digest:
            raise _cannot_use("The registry does not record the SHA-256 of its manifest", where)
        try:
            folder = local_folder(uri, f"{name}/{version}", digest, self.settings)
            return reader(folder, digest)
        except ModelError as fault:
            raise _cannot_use(fault.what.rstrip("."), where) from None
        except AccessDeniedError:
            raise
        except (OSError, ConfigError) as fault:
            if isinstance(fault, OSError) and fault.errno in DISK_FULL:
                raise  # the disk of the copy is full, and the files are there
            raise _cannot_use("Its files are missing", where) from None

    def _model(self, name: str) -> Any:
        with translated_errors():
            return registered_model(self._client, name)

    def _log(self, name: str, record: TrainingRecord, fill: Fill) -> tuple[str, str, str]:
        """URI of the stored folder, id of the run, and SHA-256 of the manifest."""
        import mlflow

        mlflow.set_tracking_uri(self.settings.tracking_uri)
        experiment = experiment_id(self._client, self.settings)
        with mlflow.start_run(
            experiment_id=experiment, run_name=f"train {name}", nested=True, tags=dict(record.origin)
        ) as run:
            log_record(record)
            with staging(self.settings) as folder:
                digest = fill(folder, run.info.run_id)
                mlflow.log_artifacts(str(folder), folder.name)
            return f"{run.info.artifact_uri}/{ARTIFACT}", run.info.run_id, digest


def _listed(tag: str) -> tuple[str, ...]:
    return tuple(version for version in tag.split() if version.isdigit())


def _cannot_use(what: str, where: str) -> ModelError:
    return ModelError(
        f"{what}.",
        where=where,
        remedy="Point its alias champion at another version, or train a new one with jobs/train.py.",
    )
