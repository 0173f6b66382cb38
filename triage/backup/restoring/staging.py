"""Puts a backup's files into a staging folder, compares every checksum, and moves them into place.

All is in `<lake>.restoring` until the last file is verified. Then `ready` is written, and each place is moved by one
rename, the lake last: a lake at its place is a whole one. A killed restore goes on with the moves where `ready` stands,
and begins anew where it does not.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from triage.backup.contents.beside import ARTIFACTS, DATABASE
from triage.backup.repository.manifest import Entry, Manifest, Place
from triage.backup.repository.repository import Repository
from triage.backup.restoring.mlflow_paths import move_artifacts
from triage.errors import ConfigError

_READY = "ready"
Targets = Mapping[Place, Path]
"""Where each place of a backup goes, the lake last."""


def staging_folder(root: Path) -> Path:
    """Beside the lake, so that a move is a rename."""
    return root.with_name(f"{root.name}.restoring")


def require_free(targets: Targets) -> None:
    """Raises ConfigError where something is at a target already."""
    for place, target in targets.items():
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise ConfigError(
                f"There is something already where {place} would be restored; nothing was changed.",
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
    for entry in manifest.entries:
        _write(staging / entry.place / entry.path, entry, repository)
    database = staging / "mlflow" / DATABASE
    if manifest.artifacts is not None and database.is_file():
        move_artifacts(database, manifest.artifacts, str(targets["mlflow"] / ARTIFACTS))


def set_ready(staging: Path, name: str) -> None:
    """Says that all files of that backup are staged and verified, and may be moved."""
    (staging / _READY).write_text(name, "utf-8")


def move(targets: Targets, staging: Path) -> None:
    """Moves what is staged into place, each place by one rename; repeated, it goes on."""
    for place, target in targets.items():
        staged = staging / place
        if staged.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                target.rmdir()  # it is empty, else it was refused
            _rename(staged, target)
    shutil.rmtree(staging)


def _rename(staged: Path, target: Path) -> None:
    """By one rename where both are on one disk, else by a copy beside the target and a rename."""
    try:
        staged.rename(target)
    except OSError:
        copy = target.with_name(f".{target.name}.restoring")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(staged, copy)
        copy.rename(target)
        shutil.rmtree(staged)


def _write(file: Path, entry: Entry, repository: Repository) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("xb") as stream:
        for piece in repository.get(entry.sha256):
            stream.write(piece)
    if entry.modified:
        os.utime(file, ns=(entry.modified, entry.modified))
