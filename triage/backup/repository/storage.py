"""Files of a repository on a local file system or in an object store, through pyarrow's file systems.

A file is whole or absent: on a local file system it is written beside its place, flushed to disk and moved there, and
an object store shows an object when its upload has ended.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from pyarrow.fs import FileSelector, FileSystem, FileType, LocalFileSystem

from triage.errors import ConfigError

DRAFT = ".draft-"
_CHUNK = 4 * 2**20


class Storage:
    """The files below `uri`, a folder or any URI that pyarrow knows, such as `s3://bucket/prefix`."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        try:
            if "://" in uri:
                self._files, self._root = FileSystem.from_uri(uri.replace("s3a://", "s3://", 1))
            else:
                self._files, self._root = LocalFileSystem(), uri.rstrip("/")
        except (pa.ArrowException, ValueError):
            raise ConfigError(
                "The repository is neither a folder nor a URI that can be opened.",
                where=uri.partition("?")[0],
                remedy="Give a folder, or s3://bucket/prefix; credentials come from AWS's usual variables or files.",
            ) from None

    @property
    def folder(self) -> Path | None:
        """The folder, where it is on a file system of this machine."""
        return Path(self._root) if isinstance(self._files, LocalFileSystem) else None

    def sizes(self, below: str) -> dict[str, int]:
        """All whole files below a folder, by their path, with their bytes."""
        selector = FileSelector(f"{self._root}/{below}", recursive=True, allow_not_found=True)
        found = (info for info in self._files.get_file_info(selector) if info.type == FileType.File)
        return {info.path.removeprefix(f"{self._root}/"): info.size for info in found if DRAFT not in info.path}

    def times(self, below: str) -> dict[str, datetime]:
        """When each file below a folder was written last, by the clock of the storage."""
        selector = FileSelector(f"{self._root}/{below}", recursive=True, allow_not_found=True)
        found = (info for info in self._files.get_file_info(selector) if info.type == FileType.File)
        return {info.path.removeprefix(f"{self._root}/"): info.mtime for info in found if info.mtime}

    def read(self, path: str) -> Iterator[bytes]:
        """The bytes of a file, in pieces. Raises FileNotFoundError."""
        with self._files.open_input_stream(f"{self._root}/{path}") as stream:
            while piece := stream.read(_CHUNK):
                yield piece

    def write(self, path: str, pieces: Iterable[bytes]) -> None:
        """Writes a file whole; where the pieces raise an error, it is absent."""
        if self.folder is not None:
            _write_local(self.folder / path, pieces)
            return
        try:
            with self._files.open_output_stream(f"{self._root}/{path}") as stream:
                for piece in pieces:
                    stream.write(piece)
        except BaseException:
            self.delete(path)  # the stream's end made an object of what it had
            raise

    def delete(self, path: str) -> None:
        """Deletes a file, if it is there."""
        if self._files.get_file_info(f"{self._root}/{path}").type == FileType.File:
            self._files.delete_file(f"{self._root}/{path}")

    def delete_drafts(self) -> None:
        """Deletes what killed writers left; nobody else may write meanwhile."""
        if self.folder is not None:
            for file in self.folder.rglob(f"*{DRAFT}*"):
                file.unlink(missing_ok=True)


def make_private(folder: Path) -> None:
    """Makes a folder and those above it that are missing, each its owner's only."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)


def _write_local(path: Path, pieces: Iterable[bytes]) -> None:
    make_private(path.parent)
    draft = path.with_name(f"{path.name}{DRAFT}{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            for piece in pieces:
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
