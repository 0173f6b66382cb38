"""The digests of a model's files, written when it is stored and checked before anything of it is read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from triage.errors import ModelError

FILE = "manifest.json"
"""Its name in the model's folder."""

_FOREIGN = frozenset({FILE, "registered_model_meta"})
"""What stands in the folder and not in the manifest: itself, and what MLflow adds where it serves a model."""


def write_manifest(folder: Path) -> str:
    """Writes SHA-256 of every file below `folder` and gives that of the manifest itself."""
    content = json.dumps({"form": 1, "files": _digests(folder)}, indent=1, sort_keys=True) + "\n"
    (folder / FILE).write_text(content, "utf-8")
    return digest_of(folder / FILE)


def check_manifest(folder: Path, digest: str | None = None) -> None:
    """Raises ModelError unless the files below `folder` are exactly those of its manifest.

    `digest` is that of the manifest as the registry remembers it: who can change files can change a manifest.
    """
    stated = _stated(folder)
    if digest is not None and digest_of(folder / FILE) != digest:
        raise _refused("Its manifest is not the one that was registered", folder)
    found = _digests(folder)
    for faulty, what in (
        (stated.keys() - found.keys(), "is missing"),
        (found.keys() - stated.keys(), "was added"),
        ({name for name in stated if found.get(name) != stated[name]}, "was changed"),
    ):
        if faulty:
            more = f", and {len(faulty) - 1} more" if len(faulty) > 1 else ""
            raise _refused(f"Its file {min(faulty)} {what}{more}", folder)


def digest_of(file: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: digest_of(path) for name, path in sorted(named.items()) if name not in _FOREIGN}


def _stated(folder: Path) -> dict[str, str]:
    try:
        content = json.loads((folder / FILE).read_text("utf-8"))
        if content["form"] == 1:
            return {str(name): str(digest) for name, digest in content["files"].items()}
    except FileNotFoundError:
        raise _refused("It has no manifest", folder) from None
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        pass
    raise _refused("Its manifest cannot be read", folder)


def _refused(what: str, folder: Path) -> ModelError:
    return ModelError(
        f"The label model is refused: {what}.",
        where=str(folder),
        remedy="Restore its files, or train a new version with jobs/train.py.",
    )
