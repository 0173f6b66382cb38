"""The manifest of a backup: every file with its SHA-256, the tables' versions, and what is not in the backup."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Place = Literal["lake", "mlflow", "reports", "certificates", "review", "conf", "erasures"]
"""What a file belongs to; a restore puts each place where the settings have it."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Entry(_Part):
    """A file of a backup."""

    place: Place

    path: str
    """Path below the place, with slashes."""

    sha256: str
    """SHA-256 of its bytes, in hex; its object's name."""

    size: int
    """Bytes."""

    modified: int = 0
    """Its time in nanoseconds; with the size, what an immutable file is known by in the next backup. 0 where it is
    not immutable."""


class Omission(_Part):
    """What the lake needs and the backup does not hold."""

    what: str
    why: str
    sha256: str | None = None
    """Of a file: SHA-256 by which the operator's own copy is known to be the right one."""


class Manifest(_Part):
    """A backup; the file's name holds its time and the start of its own SHA-256."""

    layout: Literal[1] = 1
    """Version of this layout of a repository."""

    name: str
    snapshot_at: datetime
    """The moment of the lake that the backup holds (UTC): what came later is lost with the lake."""

    ended_at: datetime
    lake_root: str
    """Where the lake was."""

    lake_id: str | None = None
    """By which the lake is known wherever it lies; None in backups of before this was recorded."""

    artifacts: str | None
    """Folder of MLflow's artifacts, which its database names; None where MLflow is a server."""

    tracking: str
    """The tracking URI without user and password."""

    format_version: int
    """Version of the lake's format (triage/lake/migrations)."""

    tables: Mapping[str, int]
    """Each table's version."""

    entries: tuple[Entry, ...]
    omissions: tuple[Omission, ...] = ()

    @property
    def bytes(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.entries)

    def sizes(self) -> dict[str, int]:
        """The distinct objects, each with its size."""
        return {entry.sha256: entry.size for entry in self.entries}
