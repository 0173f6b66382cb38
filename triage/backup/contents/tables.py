"""The lake's tables at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from triage.backup.contents.store_files import FileStore
from triage.backup.repository.manifest import Entry
from triage.errors import TransientError
from triage.lake.inspection.moment import SnapshotGoneError, table_files, versions_at_one_moment

_TRIES = 10


@dataclass(frozen=True, slots=True)
class StoredTables:
    """The tables as they are in the repository, with the moment (UTC) and their versions at it."""

    at: datetime
    versions: dict[str, int]
    entries: tuple[Entry, ...]


def store_tables(root: Path, files: FileStore) -> StoredTables:
    """Stores all tables as they were at one moment, beside whoever writes.

    A job that removes old versions meanwhile (erasure, rotation, maintenance) takes files of that moment away; then a
    later moment is stored, for which most files are there already. Raises TransientError where that happens again and
    again.
    """
    for _ in range(_TRIES):
        at, versions = datetime.now(UTC), versions_at_one_moment(root)
        try:
            entries = [entry for table, version in versions.items() for entry in _table(root, table, version, files)]
        except (SnapshotGoneError, FileNotFoundError):
            continue
        return StoredTables(at, versions, tuple(entries))
    raise TransientError(
        "Files of the lake are removed while they are copied.",
        where=str(root),
        remedy="Start again when the erasure, rotation or maintenance has ended.",
    )


def _table(root: Path, table: str, version: int, files: FileStore) -> Iterator[Entry]:
    for file, _ in table_files(root / table, version):
        yield files.store("lake", file.relative_to(root).as_posix(), file, is_immutable=True)
