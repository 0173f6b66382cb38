"""Model folders on disk: an empty one for a new model, and a local copy of a stored one."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlparse

from triage.config import Settings
from triage.errors import ModelError
from triage.labelling.registry.download import download, private_folder
from triage.labelling.registry.manifest import check_manifest
from triage.paths import is_local

ARTIFACT = "labels"
"""Name of a model's folder among the artifacts of its run."""


@contextmanager
def staging(settings: Settings) -> Iterator[Path]:
    """An empty folder for one model; beside a local lake, because executors on a shared disk write to it, too."""
    parent = Path(f"{settings.lake.root}.mlflow/tmp") if is_local(settings.lake.root) else None
    if parent is not None:
        parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=parent))
    made.chmod(0o755)
    try:
        (made / ARTIFACT).mkdir()
        yield made / ARTIFACT
    finally:
        shutil.rmtree(made, ignore_errors=True)


def local_folder(uri: str, name: str, digest: str, settings: Settings) -> Path:
    """The local folder of an artifact URI: the folder itself where it is local, else a copy in the cache as `name`.

    A copy is downloaded once, and again where its manifest has not the SHA-256 `digest` of the registered one.
    Raises ModelError where the store's files are not those.
    """
    if (folder := folder_of(uri)) is not None:
        return folder
    copy = cached_folder(name, settings)
    if not _is_valid(copy, digest):
        _download(uri, copy, digest, settings)
    return copy


def folder_of(uri: str) -> Path | None:
    """The folder of this machine that an artifact URI names; None for one of a server."""
    parsed = urlparse(uri)
    if parsed.scheme in ("", "file"):
        return Path(unquote(parsed.path) if parsed.scheme else uri)
    return None


def cached_folder(name: str, settings: Settings) -> Path:
    """Where the copy `name` of a server's artifact is, or would be."""
    return _cache(settings) / name


def _is_valid(copy: Path, digest: str) -> bool:
    try:
        check_manifest(copy, digest)
    except ModelError:
        shutil.rmtree(copy, ignore_errors=True)
        return False
    return True


def _download(uri: str, copy: Path, digest: str, settings: Settings) -> None:
    partial = copy.with_name(f"{copy.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        download(uri, digest, partial, settings.tracking_uri)
        partial.rename(copy)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _cache(settings: Settings) -> Path:
    server = hashlib.sha256(settings.tracking_uri.encode()).hexdigest()[:12]
    if is_local(settings.lake.root):
        return Path(f"{settings.lake.root}.mlflow") / "models" / server
    return private_folder(Path(tempfile.gettempdir()) / f"triage-models-{os.getuid()}") / server
