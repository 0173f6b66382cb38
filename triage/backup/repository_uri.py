"""Which repository a job works on."""

from __future__ import annotations

from pathlib import Path

from triage.config import Settings
from triage.errors import ConfigError
from triage.paths import absolute_path


def repository_uri(settings: Settings, given: str | None, option: str) -> str:
    """The repository that the option or the settings name, absolute. Raises ConfigError where neither does."""
    uri = absolute_path(given, Path.cwd(), option) if given else settings.backup.to
    if not uri:
        raise ConfigError(
            "No repository is named.", where="backup.to", remedy=f"Give {option} FOLDER, or set backup.to."
        )
    return uri
