"""The manifest of a model's folder: SHA-256 of every file, validated before any of them is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from triage.errors import ModelError
from triage.labelling.registry.format.layout import (
    MOST_MANIFEST_BYTES,
    LayoutError,
    check_archives,
    check_names,
    regular_files,
)
from triage.labelling.registry.format.mlmodel import check_mlmodel
from triage.paths import file_digest

FILE = "manifest.json"
"""File name in the model's folder."""

TAG = "manifest_sha256"
"""Tag of a registered version: the SHA-256 of its manifest."""

_EXCLUDED = frozenset({FILE, "registered_model_meta"})
"""Files that the manifest does not list: itself, and one that MLflow adds where it serves a model."""


def write_manifest(folder: Path) -> str:
    """Writes the SHA-256 of every file below `folder` and returns that of the manifest itself."""
    content = json.dumps({"form": 1, "files": _digests(regular_files(folder))}, indent=1, sort_keys=True) + "\n"
    (folder / FILE).write_text(content, "utf-8")
    return file_digest(folder / FILE)


def check_manifest(folder: Path, digest: str | None = None) -> None:
    """Raises ModelError unless the files below `folder` are exactly those of its manifest.

    `digest` is the manifest's own SHA-256 from the registry: who can change the files can change the manifest with
    them. A link, a device and a folder of a size that no model has are not valid either.
    """
    try:
        files = regular_files(folder)
    except LayoutError as fault:
        raise _invalid(str(fault), folder) from None
    recorded = read_manifest(folder, digest)
    found = _digests(files)
    for differing, what in (
        (recorded.keys() - found.keys(), "is missing"),
        (found.keys() - recorded.keys(), "was added"),
        ({name for name in recorded if found.get(name) != recorded[name]}, "was changed"),
    ):
        if differing:
            more = f", and {len(differing) - 1} more" if len(differing) > 1 else ""
            raise _invalid(f"Its file {min(differing)} {what}{more}", folder)


def check_form(folder: Path) -> None:
    """Raises ModelError unless a folder whose manifest holds has nothing but what `write_folder` writes.

    That no code is run holds also where whoever changed the files could change the registry with them.
    """
    try:
        files = regular_files(folder)
        check_names(name for name in files if name not in _EXCLUDED)
        check_archives(files)
        check_mlmodel(folder)
    except LayoutError as fault:
        raise _invalid(str(fault), folder) from None


def check_registered(folder: Path, digest: str | None) -> None:
    """Raises ModelError unless a version's files are those that were registered, and a model's in form.

    `digest` is the manifest's SHA-256 from the registry; one that records none vouches for nothing.
    """
    if not digest:
        raise _invalid("The registry does not record the SHA-256 of its manifest", folder)
    check_manifest(folder, digest)
    check_form(folder)


def read_manifest(folder: Path, digest: str | None = None) -> dict[str, str]:
    """SHA-256 by file name. Raises ModelError where it is missing, cannot be read, or has another digest itself."""
    recorded = _recorded(folder)
    if digest is not None and file_digest(folder / FILE) != digest:
        raise _invalid("Its manifest is not the one that was registered", folder)
    return recorded


def _digests(files: Mapping[str, Path]) -> dict[str, str]:
    return {name: file_digest(path) for name, path in sorted(files.items()) if name not in _EXCLUDED}


def _recorded(folder: Path) -> dict[str, str]:
    try:
        if (folder / FILE).stat().st_size > MOST_MANIFEST_BYTES:
            raise _invalid("Its manifest is too large", folder)
        content = json.loads((folder / FILE).read_text("utf-8"))
        if content["form"] == 1:
            return {str(name): str(digest) for name, digest in content["files"].items()}
    except FileNotFoundError:
        raise _invalid("It has no manifest", folder) from None
    except (OSError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        pass
    raise _invalid("Its manifest cannot be read", folder)


def _invalid(what: str, folder: Path) -> ModelError:
    return ModelError(
        f"The label model is not valid: {what}.",
        where=str(folder),
        remedy="Restore its files, or train a new version with jobs/train.py.",
    )
