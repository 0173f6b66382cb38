"""Mailbox exports: which files a source holds, and the messages in a file."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from triage.config import LimitSettings
from triage.errors import SourceError
from triage.mail.formats import FolderFormat, RawMessage, folder_format, formats_for, sniffed
from triage.mail.formats.tables.rows import Columns
from triage.mail.places import NO_STORAGE, RemoteFile, Storage, buffered, is_remote
from triage.mail.remote_exports import discover_remote
from triage.mail.source_file import UNREADABLE, SourceFile
from triage.reasons import Reason

__all__ = ["Listing", "RawMessage", "SourceFile", "discover", "list_sources", "native", "opened", "read"]

_PRIVATE, _ESCAPED = 0xF700, 0xDC00


Listing = Mapping[str, tuple[SourceFile, ...]]
"""The files of each source, by the source as an operator names it."""


def list_sources(sources: Iterable[str], storage: Storage = NO_STORAGE) -> Listing:
    """All files of several sources at this moment. Raises errors as `discover` does."""
    return {source: tuple(discover(source, storage)) for source in sources}


def discover(source: str, storage: Storage = NO_STORAGE) -> Iterator[SourceFile]:
    """The files of a source (a file, a folder, a maildir), folders in the order of their names.

    A source may be a URI (s3://, gs://, abfs://, hdfs://); `storage` says how S3 is reached.

    Symbolic links inside a folder are not followed: one whose target lies inside is found there anyway, and
    any other becomes an unreadable file, so that it is seen. SourceError when the source itself is missing
    or cannot be read, TransientError when its storage does not answer.
    """
    if is_remote(source):
        yield from discover_remote(source, storage)
        return
    try:
        root = os.path.realpath(source, strict=True)
        if os.path.isdir(root):
            with os.scandir(root):
                pass
        else:
            with open(root, "rb"):
                pass
    except OSError as fault:
        raise SourceError(
            f"The source cannot be read: {fault.strerror}.",
            where=source,
            remedy="Check the path and the rights of the user who runs the job.",
        ) from fault
    if os.path.isdir(root):
        yield from _folder(root, root)
    else:
        yield _file(root, root)


def _folder(folder: str, root: str) -> Iterator[SourceFile]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield _unreadable(folder, root)
        return
    layout = folder_format(folder)
    for entry in entries:
        if layout is None:
            yield from _entry(entry, root)
        else:
            yield from _laid_out(entry, root, layout)


def _laid_out(entry: os.DirEntry[str], root: str, layout: FolderFormat) -> Iterator[SourceFile]:
    if entry.name in layout.message_folders:
        yield from _messages(entry, root, layout.name)
    elif entry.name not in layout.skipped_folders and not (
        entry.is_file(follow_symlinks=False) and layout.is_bookkeeping(entry.name)
    ):
        yield from _entry(entry, root)


def _entry(entry: os.DirEntry[str], root: str) -> Iterator[SourceFile]:
    if entry.is_symlink():
        if not _inside(entry.path, root):
            yield _unreadable(entry.path, root)
    elif entry.is_dir(follow_symlinks=False):
        yield from _folder(entry.path, root)
    else:
        yield _file(entry.path, root)


def _inside(path: str, root: str) -> bool:
    target = os.path.realpath(path)
    return os.path.exists(target) and (target + os.sep).startswith(root.rstrip(os.sep) + os.sep)


def _messages(folder: os.DirEntry[str], root: str, format: str) -> Iterator[SourceFile]:
    try:
        entries = sorted(os.scandir(folder.path), key=lambda entry: entry.name)
    except OSError:
        yield _unreadable(folder.path, root)
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _folder(entry.path, root)
        elif not entry.name.startswith("."):
            yield _file(entry.path, root, format)


def _file(path: str, root: str, format: str | None = None) -> SourceFile:
    try:
        facts = os.stat(path, follow_symlinks=False)
        if not stat.S_ISREG(facts.st_mode):
            return _unreadable(path, root)
        name = format or _sniffed(path)
    except OSError:
        return _unreadable(path, root)
    return SourceFile(_portable(path), _portable(root), name, facts.st_size, facts.st_mtime)


def _sniffed(path: str) -> str:
    with open(path, "rb") as stream:
        return sniffed(os.path.basename(path), stream).name


def _unreadable(path: str, root: str) -> SourceFile:
    try:
        modified_at = os.lstat(path).st_mtime
    except OSError:
        modified_at = 0.0
    return SourceFile(_portable(path), _portable(root), UNREADABLE, 0, modified_at)


def read(
    path: str,
    format: str,
    start: int,
    end: int | None,
    limits: LimitSettings,
    columns: Columns = (),
    storage: Storage = NO_STORAGE,
) -> Iterator[RawMessage]:
    """All messages of a file whose first byte lies in [start, end); `format` as `discover` found it.

    `columns` says which columns of tables are mail fields (`ingest.columns`).

    Never raises for what is in the file: a file that cannot be read is one record with SOURCE_UNREADABLE, and
    a broken one ends with SOURCE_CORRUPT.
    """
    seen = start
    try:
        if format == UNREADABLE:
            raise OSError
        file = RemoteFile(path, storage) if is_remote(path) else _Watched(native(path))
        with file, buffered(file) as stream:
            for record in formats_for(columns)[format].read(stream, limits, start, end):
                seen = record.offset
                yield record
            if file.has_failed:
                raise OSError
    except OSError:
        yield RawMessage(b"", seen, None, Reason.SOURCE_UNREADABLE)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a file that a reader does not foresee must cost that file, not the run
        yield RawMessage(b"", seen, None, Reason.SOURCE_CORRUPT)


class _Watched(io.FileIO):
    """A file that records that reading failed, which archive readers would report as damage of the archive."""

    has_failed = False

    def readinto(self, buffer: Any, /) -> int | None:
        try:
            return super().readinto(buffer)
        except OSError:
            self.has_failed = True
            raise

    def readall(self) -> bytes:
        try:
            return super().readall()
        except OSError:
            self.has_failed = True
            raise


def opened(path: str, storage: Storage = NO_STORAGE) -> BinaryIO:
    """The bytes of a `SourceFile`, wherever it lies. Raises OSError."""
    return buffered(RemoteFile(path, storage) if is_remote(path) else io.FileIO(native(path)))


def _portable(path: str) -> str:
    """A path as valid Unicode: bytes of a name that are no UTF-8 move to private characters."""
    return "".join(chr(ord(c) - _ESCAPED + _PRIVATE) if 0xDC80 <= ord(c) <= 0xDCFF else c for c in path)


def native(path: str) -> str:
    """The path of a `SourceFile` as the file system has it."""
    if os.path.lexists(path):
        return path
    return "".join(chr(ord(c) - _PRIVATE + _ESCAPED) if 0xF780 <= ord(c) <= 0xF7FF else c for c in path)
