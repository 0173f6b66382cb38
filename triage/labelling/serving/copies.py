"""Checked copies of registered versions, to serve from: the registry's own files may be others later."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from triage.config import Settings
from triage.errors import ModelError
from triage.labelling.registry.artifacts import ARTIFACT, staging
from triage.labelling.registry.champion import head_model_name
from triage.labelling.registry.manifest import check_manifest, check_registered
from triage.labelling.registry.model_registry import Alias, ModelRegistry
from triage.labelling.serving.engines import ModelFiles
from triage.labelling.taxonomy import load_taxonomy
from triage.paths import is_local
from triage.spark.hardening import is_local_master, master_of


@contextmanager
def served_folder(settings: Settings) -> Iterator[Path]:
    """Where the copy that is served goes: in a folder that others may not write to, beside a lake whose executors read.

    It is removed where the block ends.
    """
    if is_local(settings.lake.root) and not is_local_master(master_of(settings)):
        with staging(settings) as folder:
            yield folder
        return
    with TemporaryDirectory(prefix="triage-serve-") as made:
        yield Path(made) / ARTIFACT


def copy_version(settings: Settings, alias: Alias, folder: Path) -> ModelFiles:
    """Copies the version with this alias to `folder`, and checks the copy.

    Raises ModelError where no version has the alias, or its files are not those registered.
    """
    name = settings.mlflow.registered_model
    registry = ModelRegistry(settings)
    version = registry.version_of(name, alias)
    if version is None:
        raise ModelError(
            f"No version has the alias {alias}.",
            where=name,
            remedy="Run jobs/nightly.py or jobs/train.py first.",
        )
    return _copied(registry, name, version, folder)


def copy_single_heads(settings: Settings, folder: Path) -> dict[str, ModelFiles]:
    """Copies the champions of heads that have a model of their own beside `folder`, by head; they decide these heads.

    Raises ModelError where files are not those registered.
    """
    registry, found = ModelRegistry(settings), {}
    for head in load_taxonomy(settings).heads:
        name = head_model_name(settings, head.name)
        version = registry.champion_version(name)
        if version is not None:
            found[head.name] = _copied(registry, name, version, folder.with_name(f"{folder.name}-{head.name}"))
    return found


def _copied(registry: ModelRegistry, name: str, version: str, folder: Path) -> ModelFiles:
    def checked_copy(source: Path, digest: str) -> str:
        check_manifest(source, digest)  # first, because it bounds what is copied
        shutil.copytree(source, folder, symlinks=True, dirs_exist_ok=True)
        check_registered(folder, digest)
        return digest

    return ModelFiles(name, folder, version, registry.read(name, version, checked_copy))
