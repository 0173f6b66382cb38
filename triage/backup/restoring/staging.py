"""Puts a backup's files into a staging folder, compares every checksum, and moves them into place.

All is in `<lake>.restoring` until the last file is verified. Then `ready` is written, and each part is moved by one
rename, the lake last: a lake at its place is a whole one, with the record of its restore. A killed restore goes on with
the moves where `ready` stands, and begins anew where it does not.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from triage.backup.contents.beside import ARTIFACTS, DATABASE
from triage.backup.repository.manifest import Entry, Manifest
from triage.backup.repository.repository import Repository
from triage.backup.restoring.mlflow_paths import move_artifacts
from triage.errors import ConfigError, ContractError
from triage.lake.history import LOG
from triage.lake.store import Store
from triage.lake.tables import TABLES

_READY = "ready"
_HINT = "_last_checkpoint"
"""Older backups hold it; it may name a version that came after the backup, and a log is read without it."""

Targets = Mapping[str, Path]
"""Where each part of a backup goes, by its path in the staging folder, the lake last."""


def staging_folder(root: Path) -> Path:
    """Beside the lake, so that a move is a rename."""
    return root.with_name(f"{root.name}.restoring")


def require_free(targets: Targets) -> None:
    """Raises ConfigError where something is at a target already."""
    for name, target in targets.items():
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise ConfigError(
                f"There is something already where {name} would be restored; nothing was changed.",
                where=str(target),
                remedy="Give --to an empty or a new folder, and settings that name no folder in use.",
            )


def is_ready(staging: Path, name: str) -> bool:
    """Whether all files of that backup are staged and verified."""
    ready = staging / _READY
    return ready.is_file() and ready.read_text("utf-8") == name


def stage(repository: Repository, manifest: Manifest, targets: Targets, staging: Path) -> None:
    """Stages all files, anew. Raises ContractError at the first that is damaged; nothing is in place then."""
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700, parents=True)
    for entry in (entry for entry in manifest.entries if not entry.path.endswith(f"{LOG}/{_HINT}")):
        _write(staging / entry.place / entry.path, entry, repository)
    database = staging / "mlflow" / DATABASE
    if manifest.artifacts is not None and database.is_file():
        move_artifacts(database, manifest.artifacts, str(targets[f"mlflow/{ARTIFACTS}"]))


def set_ready(staging: Path, name: str) -> None:
    """Says that all files of that backup are staged and verified, and may be moved."""
    (staging / _READY).write_text(name, "utf-8")


def require_tables(staged: Store, manifest: Manifest) -> None:
    """Raises ContractError where a staged table cannot be opened, or has another version than the backup names."""
    for table in (table for table in TABLES if table.name in manifest.tables):
        found = staged.snapshot(table)
        if found is None or found.version != manifest.tables[table.name]:
            raise ContractError(
                "A table of the backup does not open at its version; nothing was put in place.",
                where=f"{manifest.name}: {table.name}",
                remedy="Restore an earlier backup (--backup NAME).",
            )


def move(targets: Targets, staging: Path) -> None:
    """Moves what is staged into place, each by one rename; repeated, it goes on. `ready` goes last."""
    for name, target in targets.items():
        staged = staging / name
        if staged.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                target.rmdir()  # it is empty, else it was refused
            _rename(staged, target)
        elif _moved(staged).exists() and _copy(target).exists():
            _copy(target).rename(target)
    staging.rename(_away(staging))
    clear_away(staging)


def clear_away(staging: Path) -> None:
    """Deletes what a restore left that was killed after its last move."""
    shutil.rmtree(_away(staging), ignore_errors=True)


def _rename(staged: Path, target: Path) -> None:
    """By one rename where both are on one disk, else by a copy beside the target and a rename.

    Once the copy is whole, what was staged has another name, so that a killed move does not begin again over it.
    """
    try:
        staged.rename(target)
    except OSError as fault:
        if fault.errno != errno.EXDEV:
            raise
        _copy_whole(staged, _copy(target))
        staged.rename(_moved(staged))
        _copy(target).rename(target)


def _copy_whole(staged: Path, copy: Path) -> None:
    if staged.is_file():
        shutil.copy2(staged, copy)
        return
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(staged, copy)


def _copy(target: Path) -> Path:
    return target.with_name(f".{target.name}.restoring")


def _moved(staged: Path) -> Path:
    return staged.with_name(f"{staged.name}.moved")


def _away(staging: Path) -> Path:
    return staging.with_name(f"{staging.name}.done")


def _write(file: Path, entry: Entry, repository: Repository) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("xb") as stream:
        for piece in repository.get(entry.sha256):
            stream.write(piece)
    if entry.modified:
        os.utime(file, ns=(entry.modified, entry.modified))
