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
    tracking_server,
)
from triage.backup.contents.conf import secrets_left_out, store_conf
from triage.backup.contents.erasures import LIST, Row, store_erasures, stored_rows
from triage.backup.contents.store_files import FileStore
from triage.backup.contents.tables import StoredTables, store_tables
from triage.backup.repository.manifest import Entry, Manifest, Omission
from triage.backup.repository.repository import TIME, Removal, Repository, Survey
from triage.backup.repository_uri import repository_uri
from triage.config import Settings
from triage.errors import ConfigError, ContractError
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import LEDGER
from triage.paths import is_local
from triage.spark.session import spark_session


@dataclass(frozen=True, slots=True)
class BackupResult:
    """A backup that was made: its manifest, what was new in it, what old backups went, and the seconds it took."""

    manifest: Manifest
    new_objects: int
    new_bytes: int
    removed: Removal
    seconds: float


def back_up(
    settings: Settings, to: str | None, given_conf: list[Path], log: Callable[[str], None] = lambda _: None
) -> BackupResult:
    """Makes a backup beside whoever writes to the lake, verifies it, and removes backups past `backup.keep_days`.

    Raises ConfigError for a place without a lake, a remote lake, another lake's repository, and one within the lake;
    TransientError where another backup runs, or an erasure or maintenance takes files away again and again.
    """
    begun = time.monotonic()
    uri = repository_uri(settings, to, "--to")
    root = _local_root(settings, uri)
    store = Store(lambda: spark_session(settings), settings.lake.root)
    require_lake(store)
    repository = Repository(uri)
    with repository.lock():
        before, lake_id = repository.newest(), _lake_id(store)
        _require_same_lake(repository, before, lake_id)
        earlier = _erasures_of(repository, before)
        files = FileStore(repository, before)
        journal = list(store_journal(settings, files))
        tables = store_tables(root, files)
        log(f"tables: {len(tables.versions)}, {len(tables.entries)} files, as of {tables.at:%Y-%m-%d %H:%M:%S} UTC")
        beside = [*journal, *_beside(settings, given_conf, store, files, earlier)]
        log(f"beside the lake: {len(beside)} files")
        new_bytes = repository.verify(files.new)
        omitted = (*omissions(settings), *secrets_left_out(settings, given_conf))
        number, version = repository.next_number(), store.format_version()
        manifest = _manifest(settings, tables, beside, number, lake_id, version, omitted)
        repository.publish(manifest)
        removed = repository.remove_older(datetime.now(UTC), settings.backup.keep_days)
    return BackupResult(manifest, len(files.new), new_bytes, removed, time.monotonic() - begun)


def verify_backup(settings: Settings, to: str | None, name: str | None) -> Manifest:
    """Reads every object of a backup, by default the newest, and compares it with its SHA-256.

    Raises ContractError where one is absent or damaged, ConfigError where there is no such backup.
    """
    repository = Repository(repository_uri(settings, to, "--to"))
    manifest = repository.manifest(name)
    repository.verify(manifest.sizes())
    return manifest


def list_backups(settings: Settings, to: str | None) -> Survey:
    """The backups of a repository, the oldest first."""
    return Repository(repository_uri(settings, to, "--to")).survey()


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


def _lake_id(store: Store) -> str | None:
    """The id of ops/ledger, which each lake has and keeps: no key is needed to read it."""
    ledger = store.snapshot(LEDGER)
    return ledger.table_id if ledger else None


def _require_same_lake(repository: Repository, before: Manifest | None, lake_id: str | None) -> None:
    """Backups of two lakes in one repository would mix up their erasures."""
    if before and before.lake_id and before.lake_id != lake_id:
        raise ConfigError(
            f"The repository holds backups of another lake, which was at {before.lake_root}.",
            where=repository.uri,
            remedy="Name a repository of its own for this lake (--to, backup.to).",
        )


def _erasures_of(repository: Repository, before: Manifest | None) -> list[Row]:
    """None of a damaged list: a restore takes those of all backups together."""
    try:
        return stored_rows(repository, before, LIST) if before else []
    except ContractError:
        return []


def _beside(
    settings: Settings, given_conf: list[Path], store: Store, files: FileStore, earlier: list[Row]
) -> Iterator[Entry]:
    """In this order: certificates after the rows of ops/erasures that they belong to, which come with the tables."""
    yield from store_mlflow(settings, files)
    yield from store_folder("reports", settings.reports_folder, files)
    yield from store_folder("certificates", settings.certificates_folder, files)
    yield from store_conf(settings, given_conf, files)
    yield from store_erasures(store, files, earlier)


def _manifest(
    settings: Settings,
    tables: StoredTables,
    beside: list[Entry],
    number: int,
    lake_id: str | None,
    format_version: int,
    omitted: tuple[Omission, ...],
) -> Manifest:
    database = database_file(settings)
    return Manifest(
        name=f"{number:06d}-{tables.at:{TIME}}",
        snapshot_at=tables.at,
        ended_at=datetime.now(UTC),
        lake_root=settings.lake.root,
        lake_id=lake_id,
        artifacts=str(database.parent / ARTIFACTS) if database else None,
        tracking=tracking_server(settings),
        format_version=format_version,
        tables=tables.versions,
        entries=(*tables.entries, *beside),
        omissions=omitted,
    )
