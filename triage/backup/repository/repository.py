"""A repository of backups: puts files in once, names them in manifests, verifies both, and removes old backups.

Objects come before the manifest that names them and go after it. So whatever is killed, each manifest that is there is
whole; objects that none names wait for the next backup, which uses or removes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from triage.backup.repository.manifest import Manifest
from triage.backup.repository.storage import Storage, make_private
from triage.errors import ConfigError, ContractError, TransientError

OBJECTS, BACKUPS = "objects", "backups"
_CHUNK = 4 * 2**20
_TRIES = 5
_NAME_DIGITS = 16
_GRACE = timedelta(days=1)
TIME = "%Y%m%dT%H%M%SZ"
"""The time in a backup's name, after its number."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The backups of a repository, and the names of those whose manifest is damaged."""

    manifests: tuple[Manifest, ...]
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """How many backups and objects went, and the names of those that stay with a damaged manifest.

    While there are any of these, no object is removed.
    """

    backups: int
    objects: int
    damaged: tuple[str, ...]


class Repository:
    """The repository at a folder or URI; made by its first backup."""

    def __init__(self, uri: str) -> None:
        self.storage = Storage(uri)
        self.uri = uri.partition("?")[0]

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One backup at a time, where the repository is on this machine. Raises TransientError if another runs."""
        folder = self.storage.folder
        if folder is None:
            yield
            return
        make_private(folder)
        lock = FileLock(folder / "repository.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise TransientError(
                "Another backup writes to this repository.", where=self.uri, remedy="Wait until it ends."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def objects(self) -> dict[str, int]:
        """SHA-256 and size of each object."""
        return {path.rpartition("/")[2]: size for path, size in self.storage.sizes(OBJECTS).items()}

    def reusable(self, before: Manifest | None) -> dict[str, int]:
        """The objects that a backup need not write again, which none that runs beside it removes.

        On an object store, which has no lock, those are the ones of the newest backup and young ones: `remove_older`
        removes none that is younger than a day, so a backup that ends within half a day loses nothing.
        """
        there = self.objects()
        if self.storage.folder is not None:
            return there
        named, young = before.sizes() if before else {}, self._objects_since(datetime.now(UTC) - _GRACE / 2)
        return {digest: size for digest, size in there.items() if digest in named or digest in young}

    def _objects_since(self, moment: datetime) -> set[str]:
        return {path.rpartition("/")[2] for path, at in self.storage.times(OBJECTS).items() if at >= moment}

    def put(self, file: Path, known: dict[str, int]) -> tuple[str, int]:
        """Stores a file's bytes unless `known` objects have them, and adds them there; gives SHA-256 and size.

        It is read twice, since an object is named by its bytes before it is written; where somebody writes to the file
        meanwhile, it is read again. Raises FileNotFoundError, TransientError for a file that does not come to rest.
        """
        digest, size = _digest(_pieces(file))
        for _ in range(_TRIES):
            if known.get(digest) == size:  # one that was cut is written again
                return digest, size
            written = Digest(_pieces(file))
            self.storage.write(_object(digest), written)
            if written.hex == digest:
                known[digest] = size
                return digest, size
            self.storage.delete(_object(digest))
            digest, size = _digest(_pieces(file))
        raise TransientError("A file changes faster than it can be read.", where=file.name, remedy="Start again later.")

    def get(self, digest: str) -> Iterator[bytes]:
        """The bytes of an object. Raises ContractError where it is absent, or at the end where it is damaged."""
        try:
            pieces = Digest(self.storage.read(_object(digest)))
            yield from pieces
        except FileNotFoundError:
            raise _damaged("An object of the backup is absent.", digest) from None
        if pieces.hex != digest:
            raise _damaged("An object of the backup is damaged: its SHA-256 differs from its name.", digest)

    def verify(self, digests: Iterable[str]) -> int:
        """Reads objects and compares their SHA-256 with their names; returns their bytes. Raises ContractError."""
        return sum(len(piece) for digest in sorted(digests) for piece in self.get(digest))

    def publish(self, manifest: Manifest) -> None:
        """Makes a backup of the objects that its manifest names.

        Raises ContractError where one is absent or cut, TransientError where another backup took its name.
        """
        if manifest.name in self.names():
            raise TransientError("Another backup has this name.", where=manifest.name, remedy="Start again.")
        self._validate_objects(manifest)
        content = manifest.model_dump_json(indent=1).encode()
        path = f"{BACKUPS}/{manifest.name}-{hashlib.sha256(content).hexdigest()[:_NAME_DIGITS]}.json"
        self.storage.write(path, [content])
        if self.storage.folder is None:  # without a lock, an object may have been removed meanwhile
            try:
                self._validate_objects(manifest)
            except ContractError:
                self.storage.delete(path)
                raise

    def _validate_objects(self, manifest: Manifest) -> None:
        there = self.objects()
        for digest, size in manifest.sizes().items():
            if there.get(digest) != size:
                raise _damaged("An object of the backup is absent or has another size.", digest)

    def next_number(self) -> int:
        """One more than the highest number of a backup, also of a damaged one; to be asked just before `publish`."""
        return max((int(name.partition("-")[0]) for name in self.names()), default=0) + 1

    def names(self) -> list[str]:
        """The backups, the oldest first."""
        return sorted(_name(path) for path in self._paths())

    def manifest(self, name: str | None = None) -> Manifest:
        """The manifest of that backup, by default the newest.

        Raises ConfigError where there is none, ContractError where it is damaged.
        """
        paths = [path for path in self._paths() if name is None or _name(path) == name]
        if not paths:
            raise ConfigError(
                "There is no backup of that name." if name else "There is no backup at this place.",
                where=self.uri,
                remedy=f"There are: {', '.join(self.names()) or 'none'}.",
            )
        return self._manifest(paths[-1])

    def newest(self) -> Manifest | None:
        """The newest backup that can be read, past damaged ones; None where there is none."""
        return next((found for path in reversed(self._paths()) if (found := self._readable(path))), None)

    def survey(self) -> Survey:
        """All backups, the oldest first, apart from those whose manifest is damaged."""
        found = self._manifests()
        return Survey(tuple(manifest for manifest in found.values() if manifest), _damaged_names(found))

    def remove_older(self, now: datetime, days: int) -> Removal:
        """Removes the backups older than that, but never the newest, and all objects that none names any more.

        Manifests go first, so a killed removal leaves objects only. While a manifest is damaged, no object goes: it
        may name any of them. Each manifest is read once, and those that a backup beside wrote meanwhile count, too.
        """
        found = self._manifests()
        newest = max((path for path, manifest in found.items() if manifest), default="")
        limit = now - timedelta(days=days)
        old = [path for path, manifest in found.items() if path != newest and _taken_at(path, manifest, now) < limit]
        for path in old:
            self.storage.delete(path)
        kept = self._manifests(found)
        orphans = self._orphans([manifest for manifest in kept.values() if manifest], now) if all(kept.values()) else []
        for digest in orphans:
            self.storage.delete(_object(digest))
        self.storage.delete_drafts()
        return Removal(len(old), len(orphans), _damaged_names(kept))

    def _orphans(self, kept: Iterable[Manifest], now: datetime) -> list[str]:
        """Objects that no backup names; on an object store without young ones, which a backup beside may have made."""
        named = {digest for manifest in kept for digest in manifest.sizes()}
        young = self._objects_since(now - _GRACE) if self.storage.folder is None else set()
        return [digest for digest in self.objects() if digest not in named and digest not in young]

    def _paths(self) -> list[str]:
        return sorted(path for path in self.storage.sizes(BACKUPS) if path.endswith(".json"))

    def _manifests(self, known: Mapping[str, Manifest | None] | None = None) -> dict[str, Manifest | None]:
        """The manifests that are there, by their paths, the oldest first; None for a damaged one.

        Those of `known` are not read again: what a path names never changes.
        """
        known = known or {}
        return {path: known[path] if path in known else self._readable(path) for path in self._paths()}

    def _readable(self, path: str) -> Manifest | None:
        try:
            return self._manifest(path)
        except ContractError:
            return None

    def _manifest(self, path: str) -> Manifest:
        content = b"".join(self.storage.read(path))
        stem = Path(path).stem
        if not stem.endswith("-" + hashlib.sha256(content).hexdigest()[:_NAME_DIGITS]):
            raise _damaged("A manifest is damaged: its SHA-256 differs from its name.", stem)
        try:
            return Manifest.model_validate_json(content)
        except ValidationError:
            raise ConfigError(
                "The backup was written by another version of this project, in a layout that this one does not know.",
                where=stem,
                remedy="Restore it by that version or a later one.",
            ) from None


class Digest:
    """Hands pieces on and takes their SHA-256; `hex` has it once they are read, `size` their bytes."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._hash, self.size = pieces, hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._hash.update(piece)
            self.size += len(piece)
            yield piece

    @property
    def hex(self) -> str:
        """The SHA-256 of what was handed on, in hex."""
        return self._hash.hexdigest()


def _digest(pieces: Iterable[bytes]) -> tuple[str, int]:
    digest = Digest(pieces)
    for _ in digest:
        pass
    return digest.hex, digest.size


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            yield piece


def _name(path: str) -> str:
    return Path(path).stem.rpartition("-")[0]


def _damaged_names(found: Mapping[str, Manifest | None]) -> tuple[str, ...]:
    return tuple(_name(path) for path, manifest in found.items() if manifest is None)


def _taken_at(path: str, manifest: Manifest | None, now: datetime) -> datetime:
    """When a backup was made; of a damaged one as its name has it, or now where that has no time."""
    if manifest:
        return manifest.snapshot_at
    try:
        return datetime.strptime(_name(path).partition("-")[2], TIME).replace(tzinfo=UTC)
    except ValueError:
        return now


def _object(digest: str) -> str:
    return f"{OBJECTS}/{digest[:2]}/{digest}"


def _damaged(what: str, where: str) -> ContractError:
    return ContractError(what, where=where, remedy="Restore an earlier backup (--backup NAME), and check the storage.")
