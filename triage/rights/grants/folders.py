"""The folders of an installation with the group that may read each."""

from __future__ import annotations

import grp
from dataclasses import dataclass
from pathlib import Path

from triage.config import Settings
from triage.config.access import RoleName
from triage.errors import ConfigError
from triage.lake.tables.access import PLACES, Place
from triage.paths import is_local


@dataclass(frozen=True, slots=True)
class Folder:
    """A place on a local disk; `group` is None where its owner alone may read it."""

    place: Place
    path: Path
    group: str | None


def local_root(settings: Settings) -> Path:
    """The lake's folder. Raises ConfigError where the lake is not on a disk of this machine, or not there."""
    root = settings.lake.root
    if not is_local(root):
        raise ConfigError(
            "The grants of a remote lake are policies of its object store.",
            where="lake.root",
            remedy="Write them with --out, and give them to the store.",
        )
    path = Path(root.removeprefix("file://"))
    if not path.is_dir():
        raise ConfigError("There is no lake.", where=str(path), remedy="Run jobs/nightly.py first, or set lake.root.")
    return path


def folders(settings: Settings) -> tuple[Folder, ...]:
    """All places of a local lake, whether they are there or not."""
    return tuple(Folder(place, _path(place, settings), _group(place, settings)) for place in PLACES)


def group_names(role: RoleName, settings: Settings) -> tuple[str, ...]:
    """The groups whose folders a role may read."""
    return tuple(found.group for found in folders(settings) if found.group and role in found.place.readers)


def group_id(name: str) -> int:
    """The number of a group. Raises ConfigError where this machine does not know it."""
    if name.isdigit():
        return int(name)
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise ConfigError(
            f"There is no group {name}.",
            where="access.groups",
            remedy="Run the script that jobs/grants.py prints as root, which makes the groups, or name others.",
        ) from None


def _path(place: Place, settings: Settings) -> Path:
    root = settings.lake.root.removeprefix("file://")
    beside = {
        "reports": settings.reports_folder,
        "certificates": settings.certificates_folder,
        "keys": settings.keys_folder,
        "mlflow": Path(f"{root}.mlflow"),
    }
    return beside.get(place.name, Path(root) / place.name)


def _group(place: Place, settings: Settings) -> str | None:
    if not place.readers:
        return None
    named = {str(name): group for name, group in settings.access.groups.items()}
    return named.get(place.name, f"{settings.access.group_prefix}-{place.name}")
