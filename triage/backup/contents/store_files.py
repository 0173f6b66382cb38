"""Puts files into a repository as entries of a manifest; what is immutable and known is not read again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from triage.backup.repository.manifest import Entry, Manifest, Place
from triage.backup.repository.repository import Repository


class FileStore:
    """Stores the files of one backup; `before` is the backup that it is incremental to.

    `new` holds the objects that this backup wrote.
    """

    def __init__(self, repository: Repository, before: Manifest | None) -> None:
        self._repository = repository
        self._known = repository.reusable(before)
        self._at_first = dict(self._known)
        entries = before.entries if before else ()
        self._before: Mapping[tuple[str, str], Entry] = {(e.place, e.path): e for e in entries if e.modified}

    @property
    def new(self) -> set[str]:
        """The objects that were not there before, or were cut."""
        return {digest for digest, size in self._known.items() if self._at_first.get(digest) != size}

    def store(self, place: Place, path: str, file: Path, *, is_immutable: bool = False) -> Entry:
        """An entry of a file. One that is never written to again is known by its place, size and time.

        Raises FileNotFoundError.
        """
        about = file.stat()
        modified = about.st_mtime_ns if is_immutable else 0
        known = self._before.get((place, path))
        if known and (known.size, known.modified) == (about.st_size, modified) and self._has(known):
            return known
        digest, size = self._repository.put(file, self._known)
        return Entry(place=place, path=path, sha256=digest, size=size, modified=modified)

    def _has(self, entry: Entry) -> bool:
        return self._known.get(entry.sha256) == entry.size
