"""A restore: stage and verify, list the erasures since, move into place, and make those erasures again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from triage.backup.contents.beside import ARTIFACTS, DATABASE, database_file
from triage.backup.repository.manifest import Manifest
from triage.backup.repository.repository import Repository
from triage.backup.restoring.erasures import (
    add_known_erasures,
    erasures_since,
    known_by_certificate_only,
    settle_absent,
    subjects_due,
)
from triage.backup.restoring.known_erasures import KnownErasures, known_erasures
from triage.backup.restoring.staging import (
    Targets,
    clear_away,
    is_ready,
    move,
    require_free,
    require_tables,
    set_ready,
    stage,
    staging_folder,
)
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
    """A restored backup: the erasures that were made again, those that are still due, and what is not known of them."""

    manifest: Manifest
    targets: Targets
    erased: list[ErasureResult]
    due: tuple[DueErasure, ...]
    why_due: str
    gaps: tuple[str, ...]
    """Backups that cannot be read: erasures that only they name are not known."""

    certificate_only: tuple[str, ...]
    """Erasures whose mails are not known."""

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
    known = known_erasures(repository, manifest)
    record = read_record(str(root))
    clear_away(staging_folder(root))
    if record is None or record.backup != manifest.name or staging_folder(root).exists():
        _put_in_place(settings, repository, manifest, targets, known, certificates, log)
    erased, why_due = _erase_again(settings, open_lake)
    record = read_record(str(root))
    due = record.due if record else ()
    unlisted = known_by_certificate_only(known.rows, settings, certificates)
    seconds = time.monotonic() - begun
    return RestoreResult(manifest, targets, erased, due, why_due if due else "", known.gaps, unlisted, seconds)


def _root(settings: Settings) -> Path:
    if not is_local(settings.lake.root):
        raise ConfigError(
            "A lake is restored to a folder of this machine.",
            where="--to",
            remedy="Restore it to a folder, and copy that to the bucket with the bucket's own tool.",
        )
    return Path(settings.lake.root.removeprefix("file://"))


def _targets(settings: Settings, root: Path) -> Targets:
    """The lake comes last: where it is, all is. MLflow's database has the name that the settings give it."""
    database = database_file(settings) or Path(f"{root}.mlflow", DATABASE)
    return {
        f"mlflow/{ARTIFACTS}": database.parent / ARTIFACTS,
        f"mlflow/{DATABASE}": database,
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
    targets: Targets,
    known: KnownErasures,
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
        require_tables(staged, manifest)
        due = tuple(erasures_since(known.rows, staged, settings, certificates))
        add_known_erasures(known.rows, staged)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        record = RestoreRecord(backup=manifest.name, restored_at=now, due=due, lake_keys=known.lake_keys)
        write_record(staged.root, record)
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
