"""A backup: the lake at one moment and what lies beside it, verified, and named by a manifest at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from triage.backup.contents.beside import (
    ARTIFACTS,
    database_file,
    omissions,
    store_folder,
    store_journal,
    store_mlflow,
    without_credentials,
)
from triage.backup.contents.conf import secrets_left_out, store_conf
from triage.backup.contents.erasures import store_erasures
from triage.backup.contents.store_files import FileStore
from triage.backup.contents.tables import StoredTables, store_tables
from triage.backup.repository.manifest import Entry, Manifest, Omission
from triage.backup.repository.repository import Repository
from triage.backup.repository_uri import repository_uri
from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.paths import is_local
from triage.spark.session import spark_session


@dataclass(frozen=True, slots=True)
class BackupResult:
    """A backup that was made: its manifest, what was new in it, what old backups went, and the seconds it took."""

    manifest: Manifest
    new_objects: int
    new_bytes: int
    backups_removed: int
    objects_removed: int
    seconds: float


def back_up(
    settings: Settings, to: str | None, given_conf: list[Path], log: Callable[[str], None] = lambda _: None
) -> BackupResult:
    """Makes a backup beside whoever writes to the lake, verifies it, and removes backups past `backup.keep_days`.

    Raises ConfigError for a place without a lake, a remote lake, and a repository within the lake; TransientError
    where another backup runs, or an erasure or maintenance takes files away again and again.
    """
    begun = time.monotonic()
    uri = repository_uri(settings, to, "--to")
    root = _local_root(settings, uri)
    store = Store(lambda: spark_session(settings), settings.lake.root)
    require_lake(store)
    repository = Repository(uri)
    with repository.lock():
        before = repository.newest()
        files = FileStore(repository, before)
        journal = list(store_journal(settings, files))
        tables = store_tables(root, files)
        log(f"tables: {len(tables.versions)}, {len(tables.entries)} files, as of {tables.at:%Y-%m-%d %H:%M:%S} UTC")
        beside = [*journal, *_beside(settings, given_conf, store, files)]
        log(f"beside the lake: {len(beside)} files")
        new_bytes = repository.verify(files.new)
        omitted = (*omissions(settings), *secrets_left_out(settings, given_conf))
        manifest = _manifest(settings, tables, beside, before, store.format_version(), omitted)
        repository.publish(manifest)
        removed = repository.remove_older(datetime.now(UTC), settings.backup.keep_days)
    return BackupResult(manifest, len(files.new), new_bytes, *removed, time.monotonic() - begun)


def verify_backup(settings: Settings, to: str | None, name: str | None) -> Manifest:
    """Reads every object of a backup, by default the newest, and compares it with its SHA-256.

    Raises ContractError where one is absent or damaged, ConfigError where there is no such backup.
    """
    repository = Repository(repository_uri(settings, to, "--to"))
    manifest = repository.manifest(name)
    repository.verify(manifest.sizes())
    return manifest


def list_backups(settings: Settings, to: str | None) -> list[Manifest]:
    """The backups of a repository, the oldest first."""
    repository = Repository(repository_uri(settings, to, "--to"))
    return [repository.manifest(name) for name in repository.names()]


def _local_root(settings: Settings, uri: str) -> Path:
    if not is_local(settings.lake.root):
        raise ConfigError(
            "A remote lake cannot be backed up file by file.",
            where="lake.root",
            remedy="Turn on the bucket's versioning and replication, or mount the lake and name the mounted folder.",
        )
    root = Path(settings.lake.root.removeprefix("file://"))
    folder = Repository(uri).storage.folder
    if folder is not None and (folder == root or root in folder.parents or folder in root.parents):
        raise ConfigError(
            "The repository and the lake are within each other.",
            where="backup.to",
            remedy="Name a folder of another disk.",
        )
    return root


def _beside(settings: Settings, given_conf: list[Path], store: Store, files: FileStore) -> Iterator[Entry]:
    """In this order: certificates after the rows of ops/erasures that they belong to, which come with the tables."""
    yield from store_mlflow(settings, files)
    yield from store_folder("reports", settings.reports_folder, files)
    yield from store_folder("certificates", settings.certificates_folder, files)
    yield from store_conf(settings, given_conf, files)
    yield from store_erasures(store, files)


def _manifest(
    settings: Settings,
    tables: StoredTables,
    beside: list[Entry],
    before: Manifest | None,
    format_version: int,
    omitted: tuple[Omission, ...],
) -> Manifest:
    number = int(before.name.partition("-")[0]) + 1 if before else 1
    database = database_file(settings)
    return Manifest(
        name=f"{number:06d}-{tables.at:%Y%m%dT%H%M%SZ}",
        snapshot_at=tables.at,
        ended_at=datetime.now(UTC),
        lake_root=settings.lake.root,
        artifacts=str(database.parent / ARTIFACTS) if database else None,
        tracking=without_credentials(settings.tracking_uri),
        format_version=format_version,
        tables=tables.versions,
        entries=(*tables.entries, *beside),
        omissions=omitted,
    )
