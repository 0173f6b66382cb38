"""A secret in a file that nobody else can read, in a folder where nobody else can put another in its place."""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from pathlib import Path

from triage.errors import KeyMaterialError
from triage.privacy.pseudonyms.keys.secret_text import MAKE_ONE

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_ACL = "system.posix_acl_access"
_ACL_USER, _ACL_GROUP_OBJ, _ACL_GROUP, _ACL_OTHER = 0x02, 0x04, 0x08, 0x20


def read_key_file(path: Path) -> str:
    """The text of a key file, without white space around it.

    Raises KeyMaterialError where it cannot be read, another user owns it or may read it, or others may write to its
    folder. Root counts as no other user, since it may read everything.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        with open(handle, "rb") as file:  # what is checked is what is read, whatever the name means a moment later
            _require_private(path, handle)
            return file.read().decode("ascii").strip()
    except OSError as error:
        raise KeyMaterialError(
            f"The key file cannot be read: {error.strerror}.",
            where=str(path),
            remedy="Name a readable key file.",
        ) from None
    except UnicodeDecodeError:
        raise KeyMaterialError("The key is neither hex nor base64.", where=str(path), remedy=MAKE_ONE) from None


def _require_private(path: Path, handle: int) -> None:
    _require_owner(os.fstat(handle), path, "key file")
    if os.fstat(handle).st_mode & _OTHERS and not _is_private_by_acl(handle):
        raise KeyMaterialError(
            "Others may read or change the key file.",
            where=str(path),
            remedy=f"Enter: chmod 600 {path}. If others were on this machine, put a new key in its place by "
            "jobs/rotate.py. Where files have no modes of their own, set TRIAGE_KEY or privacy.key_command.",
        )
    for folder in {path.absolute().parent, path.resolve().parent}:
        _require_private_folder(folder)


def _require_private_folder(folder: Path) -> None:
    """In a folder with the sticky bit, such as /tmp, others can make files but replace none."""
    found = folder.stat()
    _require_owner(found, folder, "folder of the key file")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not found.st_mode & stat.S_ISVTX:
        raise KeyMaterialError(
            "Others may put another file in the key file's place.",
            where=str(folder),
            remedy=f"Enter: chmod go-w {folder}.",
        )


def _require_owner(found: os.stat_result, path: Path, what: str) -> None:
    if found.st_uid not in {0, os.geteuid()}:
        raise KeyMaterialError(
            f"Another user owns the {what}.",
            where=str(path),
            remedy="Keep the key in a file and folder of the user who runs the job.",
        )


def _is_private_by_acl(handle: int) -> bool:
    """Whether an access control list lets only this user read: then the bits of the group are the list's mask.

    systemd's `LoadCredential=` gives a service its secrets so.
    """
    try:
        listed = list(_acl_entries(os.getxattr(handle, _ACL)))
    except (OSError, struct.error):
        return False
    others = [perm for tag, perm, who in listed if tag == _ACL_USER and who != os.geteuid()]
    others += [perm for tag, perm, _ in listed if tag in {_ACL_GROUP_OBJ, _ACL_GROUP, _ACL_OTHER}]
    return bool(listed) and not any(others)


def _acl_entries(value: bytes) -> Iterator[tuple[int, int, int]]:
    """Tag, permissions and id of each entry, as Linux keeps them (include/uapi/linux/posix_acl_xattr.h)."""
    yield from struct.iter_unpack("<HHI", value[4:])
