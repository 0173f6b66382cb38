"""Where exports lie: in the file system, or on an object store or HDFS that Arrow's file systems reach."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import urlsplit

from triage.config.s3a import S3aBucket
from triage.errors import ConfigError, SourceError, TransientError
from triage.paths import bucket_of, holds_password

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, FileSystem

Storage = Mapping[str, str]
"""Spark's options for S3A, which say how a bucket is reached; all else comes from the environment of the process."""

NO_STORAGE: Storage = MappingProxyType({})
_SCHEMES = ("s3", "s3a", "s3n", "gs", "gcs", "abfs", "abfss", "hdfs", "viewfs")
_BUFFER = 4 * 2**20
_SECONDS = 30.0


def is_remote(path: str) -> bool:
    """Whether a path is one of another machine's storage."""
    return "://" in path and urlsplit(path).scheme in _SCHEMES


def file_system(uri: str, storage: Storage) -> tuple[FileSystem, str]:
    """The file system of a URI, and the path in it. Raises ConfigError for a URI that none is known for."""
    from pyarrow.fs import FileSystem

    if holds_password(uri):
        raise ConfigError(
            "A source holds a user or a password.",
            where="sources",
            remedy="Leave it out: credentials come from the environment, the machine's role or spark.options.",
        )
    place = bucket_of(uri)
    if place is not None:
        bucket, prefix = place
        return _s3(S3aBucket(bucket, prefix, storage)), "/".join(part for part in place if part)
    try:
        found, path = FileSystem.from_uri(uri)
    except (OSError, ValueError) as fault:  # also a client library that is missing, as libhdfs may be
        raise ConfigError(
            f"The storage of a source cannot be opened: {type(fault).__name__}.",
            where=without_path(uri),
            remedy="Correct the URI; for hdfs:// install Hadoop's client and set HADOOP_HOME and CLASSPATH.",
        ) from None
    return found, path


def without_path(uri: str) -> str:
    """A URI's scheme and host, without the names behind them."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _s3(to: S3aBucket) -> FileSystem:
    from pyarrow.fs import S3FileSystem

    given: dict[str, Any] = {
        "access_key": to.option("access.key") or None,
        "secret_key": to.option("secret.key") or None,
        "session_token": to.option("session.token") or None,
        "region": to.option("endpoint.region") or None,
        "endpoint_override": to.endpoint().partition("://")[2] or None,
    }
    return S3FileSystem(
        anonymous=to.is_anonymous,
        scheme="https" if to.is_encrypted else "http",
        force_virtual_addressing=bool(to.endpoint()) and not to.uses_paths,
        connect_timeout=_SECONDS,
        request_timeout=_SECONDS,
        **given,
    )


def listed(source: str, storage: Storage) -> Iterator[tuple[str, FileInfo]]:
    """The files of a source, each with its URI, in the order of their names.

    Raises SourceError for a source that is not there, and TransientError where the storage does not answer.
    """
    from pyarrow.fs import FileSelector, FileType

    files, path = file_system(source, storage)
    try:
        root = files.get_file_info(path)
        found = files.get_file_info(FileSelector(path, recursive=True)) if root.type is FileType.Directory else [root]
    except OSError as fault:
        raise TransientError(
            f"The storage of a source does not answer as it should: {type(fault).__name__}.",
            where=source,
            remedy="Look at its credentials and its network, then start again.",
        ) from None
    if root.type is FileType.NotFound:
        raise SourceError(
            "The source cannot be read: it is not there.", where=source, remedy="Correct --source or `sources`."
        )
    base = source.rstrip("/")
    for info in sorted(found, key=lambda one: str(one.path)):
        if info.type is FileType.File:
            below = str(info.path)[len(path.rstrip("/")) :]
            yield base + below, info


class RemoteFile(io.RawIOBase):
    """A file of such a storage that records that reading failed. Raises OSError."""

    def __init__(self, uri: str, storage: Storage) -> None:
        super().__init__()
        files, path = file_system(uri, storage)
        self._file = files.open_input_file(path)
        self.has_failed = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return int(self._file.tell())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._file.seek(offset, whence))

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        try:
            data = self._file.read(len(view))
        except OSError:
            self.has_failed = True
            raise
        view[: len(data)] = data
        return len(data)


def buffered(file: io.RawIOBase) -> BinaryIO:
    """A file as a stream to read; a remote one is read in large pieces."""
    size = _BUFFER if isinstance(file, RemoteFile) else io.DEFAULT_BUFFER_SIZE
    return cast("BinaryIO", io.BufferedReader(file, size))
