"""Where the secret comes from: the environment, a command, a file, or (mode local) a development key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from triage.config import Settings
from triage.errors import KeyMaterialError
from triage.privacy.pseudonyms.keys.development_key import development_file
from triage.privacy.pseudonyms.keys.key_command import secret_of_command
from triage.privacy.pseudonyms.keys.key_file import read_key_file
from triage.privacy.pseudonyms.keys.material import Keys
from triage.privacy.pseudonyms.keys.secret_text import MAKE_ONE, keys_from_text

KeyOrigin = Literal["environment variable", "key command", "key file", "development key"]


def key_origin(settings: Settings, environment: Mapping[str, str] = os.environ) -> KeyOrigin:
    """Where the secret of these settings comes from; the first that is given wins, and no key is read."""
    privacy = settings.privacy
    if environment.get(privacy.key_env, "").strip():
        return "environment variable"
    if privacy.key_command:
        return "key command"
    return "key file" if privacy.key_file else "development key"


def load_keys(settings: Settings) -> Keys:
    """The keys from the environment, else of the key command, else the key file, else (mode local) a development key.

    Raises KeyMaterialError when the secret is missing, unreadable, malformed, not allowed in this mode, or in a file
    that others may read; TransientError when the command does not end in time.
    """
    privacy = settings.privacy
    match key_origin(settings):
        case "environment variable":
            return _from_environment(privacy.key_env, settings)
        case "key command":
            text = secret_of_command(privacy.key_command, privacy.key_command_seconds)
            return keys_from_text(text, "privacy.key_command", settings)
        case "key file":
            return _from_file(Path(privacy.key_file or ""), settings)
        case _:
            return _from_file(_development_file(settings), settings)


def load_new_keys(settings: Settings, variable: str | None, file: str | None) -> Keys:
    """The keys of a secret that takes over, from the environment variable or file that was named for it.

    Raises KeyMaterialError as `load_keys` does.
    """
    if file:
        return _from_file(Path(file), settings)
    if not os.environ.get(variable or "", "").strip():
        where = f"environment variable {variable}"
        raise KeyMaterialError("There is no new key.", where=where, remedy=f"Set it. {MAKE_ONE}")
    return _from_environment(variable or "", settings)


def _from_environment(variable: str, settings: Settings) -> Keys:
    return keys_from_text(os.environ[variable].strip(), f"environment variable {variable}", settings)


def _from_file(path: Path, settings: Settings) -> Keys:
    return keys_from_text(read_key_file(path), str(path), settings)


def _development_file(settings: Settings) -> Path:
    if settings.mode == "production":
        raise KeyMaterialError(
            "There is no key, and production takes no development key.",
            where=f"{settings.privacy.key_env}, privacy.key_command, privacy.key_file",
            remedy=f"Set the variable, or name a command or a key file. {MAKE_ONE}",
        )
    return development_file(settings)
