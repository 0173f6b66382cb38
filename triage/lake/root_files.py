"""Small files in the folder of a lake itself, which go with it wherever it is moved, to a bucket as well."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from triage.lake.objects.connection import unanswered
from triage.paths import is_local


def read_root_file(root: str, name: str) -> str | None:
    """The text of a file of the lake's folder; None where it is absent.

    Raises PermissionError where a file of this machine may not be read, TransientError where the store does not answer.
    """
    try:
        return _path(root, name).read_text("utf-8") if is_local(root) else _read_object(root, name)
    except FileNotFoundError:
        return None


def _read_object(root: str, name: str) -> str | None:
    """Absent also for who may read some folders of the lake only: a store then refuses objects that are not there."""
    from obstore.exceptions import BaseError, PermissionDeniedError

    from triage.lake.objects.files import ObjectFolder

    try:
        return ObjectFolder.at(root).file(name).read_bytes().decode("utf-8")
    except PermissionDeniedError:
        return None
    except BaseError as fault:
        raise unanswered(type(fault).__name__, f"{root}/{name}") from None


def write_root_file(root: str, name: str, text: str, mode: int = 0o600) -> None:
    """Writes it whole; `mode` is that of a file on this machine."""
    if not is_local(root):
        from triage.lake.objects.files import ObjectFolder

        ObjectFolder.at(root).file(name).write_bytes(text.encode("utf-8"))
        return
    path = _path(root, name)
    draft = path.with_name(f".{name}.draft-{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(mode)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def remove_root_file(root: str, name: str) -> None:
    """Removes it, if it is there."""
    if is_local(root):
        _path(root, name).unlink(missing_ok=True)
        return
    from triage.lake.objects.files import ObjectFolder

    ObjectFolder.at(root).remove([name])


def _path(root: str, name: str) -> Path:
    return Path(root.removeprefix("file://"), name)
