"""Copies a registered model's folder from its artifact store, by the names of its manifest and no others.

MLflow's own download writes whatever names and as many bytes as the store sends. Here the manifest comes first; its
SHA-256 must be the registered one, and only files that it lists are asked for, each checked before the next.
"""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from triage.errors import ModelError
from triage.labelling.registry.format.layout import MOST_BYTES, MOST_MANIFEST_BYTES, LayoutError, check_names
from triage.labelling.registry.manifest import FILE, read_manifest
from triage.labelling.registry.mlflow_errors import translated_errors
from triage.paths import file_digest


def download(uri: str, digest: str, folder: Path, tracking_uri: str) -> None:
    """Fills an empty folder with the files of a model, whose manifest has the SHA-256 `digest`.

    Raises ModelError where the store has other files, ConfigError and TransientError as `translated_errors` does.
    """
    store = _store(uri, tracking_uri)
    _fetch(store, FILE, folder, MOST_MANIFEST_BYTES)
    listed = read_manifest(folder, digest)
    try:
        check_names(listed)
    except LayoutError as fault:
        raise _refused(str(fault)) from None
    left = MOST_BYTES
    for name, expected in listed.items():
        _fetch(store, name, folder, left)
        left -= (folder / name).stat().st_size
        if file_digest(folder / name) != expected:
            raise _refused(f"the file {name} that the artifact store sent was changed")


def private_folder(path: Path) -> Path:
    """The folder, made for this user alone. Raises ModelError where another user could write to it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = path.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o022:
        raise ModelError(
            "The folder for copies of models belongs to another user, or others may write to it.",
            where=str(path),
            remedy="Remove it, or set TMPDIR to a folder of this user.",
        )
    return path


def _store(uri: str, tracking_uri: str) -> Any:
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    with translated_errors():
        return get_artifact_repository(uri, tracking_uri=tracking_uri)


def _fetch(store: Any, name: str, folder: Path, most: int) -> None:
    """One file, through the method that every artifact store of MLflow implements: it asks for no listing."""
    import requests

    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with translated_errors(), _bounded(most):
        try:
            store._download_file(name, str(target))  # noqa: SLF001 - what a store implements; others ask for lists
        except requests.RequestException:  # an OSError, too
            raise
        except OSError as fault:
            raise _refused(f"the file {name} could not be stored ({fault.strerror or type(fault).__name__})") from None


@contextmanager
def _bounded(most: int) -> Iterator[None]:
    """The kernel lets this process write no file of more bytes: a store may say a size and send more.

    Python ignores SIGXFSZ, so a write beyond fails with EFBIG.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    tighter = most if soft == resource.RLIM_INFINITY else min(most, soft)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(tighter, 0), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _refused(what: str) -> ModelError:
    return ModelError(
        f"The label model is not valid: {what}.",
        remedy="Point its alias champion at another version, or train a new one with jobs/train.py.",
    )
