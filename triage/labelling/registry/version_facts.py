"""Which version is champion and where its files are, asked without writing anything.

MLflow's own client makes the tables and folders of a store that is not there, and takes seconds to import. A database
is asked here by SQL, read only where it is a sqlite file; a server is asked by MLflow's client, which only reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from triage.config import Settings
from triage.errors import TransientError
from triage.labelling.registry.artifacts import cached_folder, folder_of
from triage.labelling.registry.decisions import registered_model
from triage.labelling.registry.manifest import TAG as MANIFEST
from triage.labelling.registry.mlflow_errors import translated_errors

_SQLITE, _SERVER = "sqlite:///", "http"
_SECONDS = 3
_ALIAS = "SELECT version FROM registered_model_aliases WHERE name = :name AND alias = 'champion'"
_VERSION = "SELECT source, storage_location FROM model_versions WHERE name = :name AND version = :version"
_TAG = "SELECT value FROM model_version_tags WHERE name = :name AND version = :version AND key = :key"


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A registered version, the local folder of its files (None: not on this machine), and its manifest's SHA-256."""

    version: str
    folder: Path | None
    digest: str | None


def read_champion_facts(settings: Settings) -> VersionFacts | None:
    """The champion; None where there is none yet. Raises ConfigError or TransientError as the registry does."""
    if settings.tracking_uri.startswith(_SERVER):
        return _from_server(settings)
    if _is_absent(settings.tracking_uri):
        return None
    name = settings.mlflow.registered_model
    with _connection(settings.tracking_uri) as ask:
        version = ask(_ALIAS, name=name)
        return _facts(ask, name, int(version[0]), settings) if version else None


def version_facts(name: str, version: str, settings: Settings) -> VersionFacts | None:
    """One version of a model in a database; None where it is not there, and for a server. Raises TransientError."""
    if settings.tracking_uri.startswith(_SERVER) or _is_absent(settings.tracking_uri):
        return None
    with _connection(settings.tracking_uri) as ask:
        return _facts(ask, name, int(version), settings)


def _is_absent(uri: str) -> bool:
    return uri.startswith(_SQLITE) and not Path(uri.removeprefix(_SQLITE)).exists()


def _facts(ask: Any, name: str, version: int, settings: Settings) -> VersionFacts | None:
    row = ask(_VERSION, name=name, version=version)
    tag = ask(_TAG, name=name, version=version, key=MANIFEST)
    if row is None:
        return None
    folder = _folder(str(row[1] or row[0]), name, str(version), settings)
    return VersionFacts(str(version), folder, tag and str(tag[0]))


@contextmanager
def _connection(uri: str) -> Iterator[Any]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    if uri.startswith(_SQLITE):
        uri = f"{_SQLITE}file:{quote(uri.removeprefix(_SQLITE))}?mode=ro&uri=true"
    try:
        with create_engine(uri).connect() as connection:
            yield lambda sql, **values: connection.execute(text(sql), values).first()
    except SQLAlchemyError:
        raise TransientError(
            "The MLflow store does not answer.",
            where="mlflow.tracking_uri",
            remedy="Check that it runs and is no other version's; a damaged sqlite file comes back by jobs/restore.py.",
        ) from None


def _from_server(settings: Settings) -> VersionFacts | None:
    from triage.monitoring.tracking import prepare_environment

    prepare_environment(_SECONDS)
    with translated_errors():
        from mlflow import MlflowClient

        client, name = MlflowClient(settings.tracking_uri, settings.tracking_uri), settings.mlflow.registered_model
        model = registered_model(client, name)
        if model is None or "champion" not in model.aliases:
            return None
        version = client.get_model_version(name, str(model.aliases["champion"]))
        source = client.get_model_version_download_uri(name, version.version)
    number = str(version.version)
    return VersionFacts(number, _folder(source, name, number, settings), version.tags.get(MANIFEST))


def _folder(source: str, name: str, version: str, settings: Settings) -> Path | None:
    if (folder := folder_of(source)) is not None:
        return folder
    copy = cached_folder(f"{name}/{version}", settings)
    return copy if copy.is_dir() else None
