"""The key of a trial on one machine, made on first use beside the lake."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from triage.config import Settings
from triage.errors import KeyMaterialError
from triage.paths import unwritable_lake
from triage.privacy.pseudonyms.keys.secret_text import DEVELOPMENT_MARK, SECRET_BYTES


def development_file(settings: Settings) -> Path:
    """The development key's file; the first process that needs it writes it, whole or not at all.

    Raises KeyMaterialError where it would lie in a lake, or cannot be written.
    """
    folder = settings.keys_folder
    _require_outside_lake(folder, settings.lake.root)
    path = folder / "development.key"
    if path.exists():
        return path
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, f"{DEVELOPMENT_MARK}{secrets.token_hex(SECRET_BYTES)}\n")
    except OSError as error:
        if not Path(settings.lake.root).exists() and settings.lake.keys is None:
            raise unwritable_lake(settings.lake.root) from None  # the key's folder would lie beside it
        raise KeyMaterialError(
            f"The development key cannot be written: {error.strerror}.",
            where=str(path),
            remedy=f"Make the folder writable, or set {settings.privacy.key_env}.",
        ) from None
    return path


def _write_once(path: Path, text: str) -> None:
    """Write a file under another name and link it: readers see all of it, and only one writer wins."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


def _require_outside_lake(folder: Path, lake: str) -> None:
    if "://" in str(lake) or folder.resolve().is_relative_to(Path(lake).resolve()):
        raise KeyMaterialError(
            "A development key has no place beside a remote lake or inside a lake.",
            where="lake.keys",
            remedy="Set the key variable, privacy.key_command or privacy.key_file, or name a local folder outside the "
            "lake.",
        )
