"""Paths of settings, absolute so that they mean the same wherever a job or a worker runs; reading and writing files."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from triage.errors import ConfigError

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that holds triage, jobs and conf."""

_LOCAL_URI = re.compile(r"file:(?://(?:localhost)?)?(?=/(?!/))", re.IGNORECASE)
_S3_SCHEMES = ("s3a", "s3", "s3n")
_TOKEN_SCHEMES = ("http", "https", *_S3_SCHEMES)
_CREDENTIALS = re.compile(
    # A user with a password, of which drivers of databases also take one with a slash; no host with a port.
    r"""(?i)(?:(\w://)(?!\[)[^:/@\s"']*:(?!\d+(?:[/?#]|$))[^@\s"']*@"""
    # Of a web server or an object store a user alone, who may be a token.
    r"""|((?:https?|s3[an]?)://)[^/?#@\s"']+@)(?:[^/?#@\s"']*@)*"""
)
_SQLITE_FILE = re.compile(r"(sqlite(?:\+\w+)?:///)(?!/|:memory:)([^?]+)(.*)", re.DOTALL)


def absolute_path(path: str, base: Path, where: str = "sources") -> str:
    """`path` made absolute against `base`; `file:///x` is `/x`, any other URI such as `s3a://…` stays as it is.

    Raises ConfigError, with the setting `where`, for a path that cannot be one.
    """
    local = _LOCAL_URI.match(path)
    if local:
        path = unquote(path[local.end() :])
    elif "://" in path:
        return path
    try:
        return str((base / Path(path).expanduser()).resolve())
    except (RuntimeError, ValueError, OSError):
        raise ConfigError(
            "The setting is not a path that can be used.",
            where=where,
            remedy="Give a path without NUL, an endless link or the home of a user who is not known.",
        ) from None


def absolute_tracking_uri(uri: str, base: Path) -> str:
    """An MLflow tracking URI with the path of a sqlite file or of a plain folder made absolute against `base`."""
    where = "mlflow.tracking_uri"
    sqlite = _SQLITE_FILE.fullmatch(uri)
    if sqlite:
        return sqlite[1] + absolute_path(sqlite[2], base, where) + sqlite[3]
    if not uri or ":" in uri or uri.startswith("databricks"):  # MLflow's own word for a server
        return uri
    return absolute_path(uri, base, where)


def holds_password(uri: str) -> bool:
    """Whether a URI has credentials before its host or a password in its query."""
    parts = urlsplit(uri)
    user, _, _ = parts.netloc.rpartition("@")
    signs_in = bool(user) and (":" in user or parts.scheme in _TOKEN_SCHEMES)
    queried = any("password" in name.lower() for name, _ in parse_qsl(parts.query))
    # of a password with a slash or a # only the expression knows where it ends
    return signs_in or queried or bool(_CREDENTIALS.search(uri))


def without_credentials(text: str) -> tuple[str, int]:
    """A URI, or any text with URIs, without what these have before their hosts to sign in by, and in how many."""
    return _CREDENTIALS.subn(r"\1\2", text)


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_local(path: str) -> bool:
    """Whether a path lies on a file system of this machine."""
    return "://" not in path or path.startswith("file://")


def bucket_of(root: str) -> tuple[str, str] | None:
    """Bucket and prefix of a lake on S3 or a compatible store; None where it lies elsewhere."""
    place = urlsplit(root)
    return (place.netloc, place.path.strip("/")) if place.scheme in _S3_SCHEMES else None


def write_whole(path: Path, text: str) -> Path:
    """Writes a file beside its place, then moves it there, so that a reader never finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path)
    draft.write_text(text, "utf-8")
    draft.replace(path)
    return path


def delete_whole(path: Path) -> None:
    """Deletes a file that `write_whole` wrote, if it is there, and what a killed writer left beside it."""
    for file in (path, _draft(path)):
        file.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.draft")


def require_writable(root: str) -> None:
    """Raises ConfigError where a lake at `root` cannot be written or made; makes nothing."""
    place = Path(root.removeprefix("file://"))
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        raise unwritable_lake(root)


def unwritable_lake(root: str, why: str | None = None) -> ConfigError:
    """The error that says so, with the system's own words where these are known."""
    return ConfigError(
        f"The lake's folder cannot be written{f': {why}' if why else ''}.",
        where=root,
        remedy="Set lake.root to a folder that this user may write.",
    )
