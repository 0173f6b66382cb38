"""Writes the development key to a file of its own, where somebody asks for it."""

from __future__ import annotations

import os
from pathlib import Path

from triage.backup.repository_uri import repository_uri
from triage.config import Settings
from triage.errors import ConfigError, KeyMaterialError
from triage.privacy.pseudonyms.keys import key_origin

_MODE = 0o600
_FILE = "development.key"


def write_development_key(settings: Settings, file: Path, repository: str | None) -> None:
    """Copies the development key to `file`, which only its owner reads, and which must lie outside of the repository.

    Whoever holds a backup and the key can open every mail. A key that the operator gave is in the operator's own
    keeping and never copied. Raises ConfigError, KeyMaterialError where there is no development key.
    """
    target = file.absolute()
    apart = (repository_uri(settings, repository, "--to"), settings.lake.root)
    if any(Path(folder) in target.parents for folder in apart):
        raise ConfigError(
            "The key must not lie beside what it opens.", where=str(target), remedy="Name a file of another disk."
        )
    source = settings.keys_folder / _FILE
    if key_origin(settings) != "development key" or not source.is_file():
        raise KeyMaterialError(
            "There is no development key to copy; a key that you gave is in your own keeping.",
            where="--with-keys",
            remedy="Leave --with-keys out, and keep a copy of your key in your vault.",
        )
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    except FileExistsError:
        raise ConfigError("The file is there already.", where=str(target), remedy="Name a new file.") from None
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(source.read_bytes())
