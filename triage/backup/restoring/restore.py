"""A restore: stage and verify, list the erasures since, move into place, and make those erasures again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from triage.backup.contents.beside import database_file
from triage.backup.repository.manifest import Manifest, Place
from triage.backup.repository.repository import Repository
from triage.backup.restoring.erasures import add_known_erasures, erasures_since, lake_keys, settle_absent, subjects_due
from triage.backup.restoring.staging import is_ready, move, require_free, set_ready, stage, staging_folder
from triage.config import Settings
from triage.errors import ConfigError, KeyMaterialError, PrivacyError
from triage.lake.locks import lake_lock
from triage.lake.restored import DueErasure, RestoreRecord, erasing, read_record, write_record
from triage.lake.review_journal import review_folder
from triage.lake.store import Store
from triage.paths import is_local
from triage.privacy.pseudonyms.data_keys import with_data_keys
from triage.privacy.pseudonyms.keys import load_keys
from triage.privacy.pseudonyms.lake_key import lake_key
from triage.rights.erasure.erase import ErasureResult, erase
from triage.rights.open_lake import Opener
from triage.spark.session import spark_session
from triage.stages.plan import validate_key


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """A restored backup: the erasures that were made again, and those that are still due."""

    manifest: Manifest
    targets: dict[Place, Path]
    erased: list[ErasureResult]
    due: tuple[DueErasure, ...]
    why_due: str
    seconds: float


def restore(
    settings: Settings,
    uri: str,
    name: str | None,
    certificates: Path | None,
    open_lake: Opener,
    log: Callable[[str], None] = lambda _: None,
) -> RestoreResult:
    """Restores a backup, by default the newest, to `lake.root` and to what the settings place beside it.

    Nothing is put in place before every checksum was compared. Repeated for the same lake it goes on: with the moves of
    a killed restore, or with erasures that are due. Raises ConfigError where something is at a target already,
    ContractError for a damaged backup.
    """
    begun, root = time.monotonic(), _root(settings)
    repository = Repository(uri)
    manifest = repository.manifest(name)
    targets = _targets(settings, root)
    record = read_record(str(root))
    if record is None or record.backup != manifest.name or not root.exists() or staging_folder(root).exists():
        _put_in_place(settings, repository, manifest, targets, certificates, log)
    erased, why_due = _erase_again(settings, open_lake)
    record = read_record(str(root))
    due = record.due if record else ()
    return RestoreResult(manifest, targets, erased, due, why_due if due else "", time.monotonic() - begun)


def _root(settings: Settings) -> Path:
    if not is_local(settings.lake.root):
        raise ConfigError(
            "A lake is restored to a folder of this machine.",
            where="--to",
            remedy="Restore it to a folder, and copy that to the bucket with the bucket's own tool.",
        )
    return Path(settings.lake.root.removeprefix("file://"))


def _targets(settings: Settings, root: Path) -> dict[Place, Path]:
    """The lake comes last: where it is, all is."""
    database = database_file(settings)
    return {
        "mlflow": database.parent if database else Path(f"{root}.mlflow"),
        "reports": settings.reports_folder,
        "certificates": settings.certificates_folder,
        "review": review_folder(str(root)),
        "conf": Path(f"{root}.conf"),
        "lake": root,
    }


def _put_in_place(
    settings: Settings,
    repository: Repository,
    manifest: Manifest,
    targets: dict[Place, Path],
    certificates: Path | None,
    log: Callable[[str], None],
) -> None:
    root = targets["lake"]
    staging = staging_folder(root)
    if not is_ready(staging, manifest.name):
        require_free(targets)
        with _private():
            stage(repository, manifest, targets, staging)
        staged = Store(lambda: spark_session(settings), str(staging / "lake"))
        due = erasures_since(repository, staged, settings, certificates)
        now, own = datetime.now(UTC).isoformat(timespec="seconds"), tuple(lake_keys(repository))
        write_record(str(root), RestoreRecord(backup=manifest.name, restored_at=now, due=tuple(due), lake_keys=own))
        add_known_erasures(repository, staged)
        set_ready(staging, manifest.name)
        log(f"verified: {len(manifest.entries)} files")
    move(targets, staging)


def _erase_again(settings: Settings, open_lake: Opener) -> tuple[list[ErasureResult], str]:
    """Makes the erasures that are due, as far as their persons are found; why others are still due."""
    record = read_record(settings.lake.root)
    if record is None or not record.due:
        return [], ""
    store = Store(lambda: spark_session(settings), settings.lake.root)
    with erasing():
        try:
            keys = load_keys(settings)
            validate_key(store, keys)
            keys = with_data_keys(keys, store)
        except KeyMaterialError as fault:
            return [], str(fault)
        try:
            with lake_lock(settings.lake.root):
                secret = lake_key(store, keys)
        except (KeyMaterialError, PrivacyError) as fault:
            return [], str(fault)
        subjects = subjects_due(record, store, keys, secret)
        erased = erase(settings, subjects, open_lake) if subjects else []
        settle_absent(store, secret)
    return erased, "Their persons are not found by hash: erase them by address with jobs/erase.py."


@contextmanager
def _private() -> Iterator[None]:
    """What is made within is its owner's only: a backup does not know who may read what at the new place."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
