"""The files of a source on an object store or HDFS."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from triage.mail.formats import sniffed
from triage.mail.formats.mailboxes.maildir import Maildir
from triage.mail.places import RemoteFile, Storage, listed
from triage.mail.source_file import UNREADABLE, SourceFile

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo

_MAILDIR = Maildir()


def discover_remote(source: str, storage: Storage) -> Iterator[SourceFile]:
    """The files of a source with their formats; a maildir is known by its folders. Raises what `listed` raises."""
    found = list(listed(source, storage))
    folders = {posixpath.dirname(uri) for uri, _ in found}
    maildirs = {
        folder.removesuffix("/cur")
        for folder in folders
        if folder.endswith("/cur") or (folder.endswith("/new") and f"{folder[:-4]}/cur" in folders)
    }
    for uri, info in found:
        format = _format(uri, maildirs, storage)
        if format is not None:
            yield SourceFile(uri, source.rstrip("/"), format, int(info.size or 0), _time(info))


def _format(uri: str, maildirs: set[str], storage: Storage) -> str | None:
    """None for what belongs to a mail server or is being delivered."""
    folder, name = posixpath.split(uri)
    above, last = posixpath.split(folder)
    if above in maildirs and last in _MAILDIR.message_folders:
        return None if name.startswith(".") else _MAILDIR.name
    if (above in maildirs and last in _MAILDIR.skipped_folders) or (
        folder in maildirs and _MAILDIR.is_bookkeeping(name)
    ):
        return None
    try:
        with io.BufferedReader(RemoteFile(uri, storage), 2**16) as stream:
            return sniffed(name, stream).name
    except OSError:
        return UNREADABLE


def _time(info: FileInfo) -> float:
    return float(info.mtime_ns or 0) / 1e9
