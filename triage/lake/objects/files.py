"""The objects below a folder of a lake on an object store, as files: listed, read and removed by name."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from triage.lake.objects.connection import Connection, connection_to

if TYPE_CHECKING:
    from obstore.store import S3Store

_BUFFER = 2**20


@dataclass(frozen=True, slots=True)
class ObjectFolder:
    """A folder; its files are named by their path below it. Can be sent to a worker."""

    connection: Connection

    @classmethod
    def at(cls, root: str, folder: str = "") -> ObjectFolder:
        """A folder below the lake at `root`."""
        to = connection_to(root)
        prefix = "/".join(part for part in (to.prefix, folder.strip("/")) if part)
        return cls(Connection(to.bucket, prefix, to.options))

    def sizes(self) -> dict[str, int]:
        """The bytes of all files by name, in order.

        S3A marks empty folders by objects whose names end with `/`, which the client lists without it.
        """
        store = self.connection.open()
        found = {str(one["path"]): int(one["size"]) for page in store.list() for one in page}
        return {name: size for name, size in sorted(found.items()) if size or _exists(store, name)}

    def file(self, name: str) -> ObjectFile:
        """One of them, whether or not it is there."""
        return ObjectFile(self.connection, name)

    def remove(self, names: Collection[str]) -> None:
        """Removes files; one that is gone already is no fault."""
        if names:
            self.connection.open().delete(list(names))


@dataclass(frozen=True, slots=True)
class ObjectFile:
    """A file of a folder; opened as a path is."""

    connection: Connection
    name: str

    def open(self, mode: str = "rb") -> BinaryIO:
        """For reading bytes, the only mode. Raises FileNotFoundError."""
        return cast("BinaryIO", io.BufferedReader(_Reader(self), _BUFFER))

    def read_bytes(self) -> bytes:
        """All of it. Raises FileNotFoundError."""
        return bytes(self.connection.open().get(self.name).bytes())

    def write_bytes(self, content: bytes) -> None:
        """Puts it, whole, in the place of what was there."""
        self.connection.open().put(self.name, content)


def _exists(store: S3Store, name: str) -> bool:
    try:
        store.head(name)
    except FileNotFoundError:
        return False
    return True


class _Reader(io.RawIOBase):
    """Reads ranges of an object, so that no file is in memory as a whole."""

    def __init__(self, file: ObjectFile) -> None:
        super().__init__()
        self._store, self._name, self._at = file.connection.open(), file.name, 0
        self._size = int(self._store.head(file.name)["size"])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is of Python 3.12
        end = min(self._size, self._at + len(buffer))
        if end <= self._at:
            return 0
        piece = bytes(self._store.get_range(self._name, start=self._at, end=end))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
