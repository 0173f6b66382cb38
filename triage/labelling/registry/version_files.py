"""Where the files of a registered version are on this machine, asked of MLflow's database without MLflow's client."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from triage.config import Settings
from triage.labelling.registry.champion_facts import version_facts


class VersionFiles(NamedTuple):
    """The folder, and the SHA-256 of the manifest that the registry knows."""

    folder: Path
    digest: str | None


def version_files(name: str, version: str, settings: Settings) -> VersionFiles | None:
    """None for a server, an unknown version, and files that are not on this machine.

    Raises TransientError where the database does not answer.
    """
    if not settings.tracking_uri.startswith("sqlite:///"):
        return None
    found = version_facts(name, version, settings)
    return None if found is None or found.folder is None else VersionFiles(found.folder, found.digest)
