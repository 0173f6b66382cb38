"""Groups and modes of a local lake: a check of what is there, the change itself, and a script for root.

Each place has one group that may read it and nobody else may enter. The bit setgid gives what later runs write the
same group. What a mask of the writer would take away, a default ACL gives back, where the file system has ACLs.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.tables.access import ROLES
from triage.rights.grants.folders import Folder, folders, group_id, group_names, local_root

_ROOT_MODE = 0o751
"""Whoever knows a zone's name gets to it; its own mode decides there."""

_ENTER, _READ, _SET_GROUP, _OTHERS, _ALL_BUT_OWNER = 0o050, 0o040, 0o2000, 0o007, 0o077
_DEFAULT_ACL = "u::rwx,g::r-x,o::---"
_OWNERS_ACL = "u::rwx,g::---,o::---"


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as the grants say, with how many files and folders, and the first of them."""

    place: str
    what: str
    count: int
    first: Path


def check_grants(settings: Settings) -> tuple[Difference, ...]:
    """What differs on a local lake. Raises ConfigError without one, or without the groups."""
    root = local_root(settings)
    found: dict[tuple[str, str], list[Path]] = {}
    if not root.stat().st_mode & stat.S_IXOTH:
        found["lake", "cannot be entered by the groups of its zones"] = [root]
    for folder in folders(settings):
        for path, what in _differences(folder):
            found.setdefault((folder.place.name, what), []).append(path)
    return tuple(Difference(place, what, len(paths), paths[0]) for (place, what), paths in found.items())


def _differences(folder: Folder) -> Iterator[tuple[Path, str]]:
    gid = _gid(folder)
    for path in _paths(folder):
        about = _status(path)
        if about is None:
            continue
        is_folder = stat.S_ISDIR(about.st_mode)
        if path == folder.path and about.st_mode & _OTHERS:
            yield path, "is open to all users"
        if gid is None:
            if about.st_mode & _ALL_BUT_OWNER:
                yield path, "is open to others than its owner"
            continue
        if about.st_gid != gid:
            yield path, f"has another group than {folder.group}"
        wanted = _ENTER | _SET_GROUP if is_folder else _READ
        if about.st_mode & wanted != wanted:
            yield path, "gives its group no way in" if is_folder else "cannot be read by its group"


def apply_grants(settings: Settings) -> None:
    """Sets groups and modes. Raises ConfigError without a lake or its groups, or where the user may not."""
    root = local_root(settings)
    try:
        root.chmod(stat.S_IMODE(root.stat().st_mode) | _ROOT_MODE)
        for folder in folders(settings):
            _apply(folder)
    except PermissionError as fault:
        raise ConfigError(
            "This user may not change groups or modes of the lake.",
            where=str(fault.filename),
            remedy="Run it as root, or as the lake's owner who is a member of the groups.",
        ) from None


def _apply(folder: Folder) -> None:
    gid = _gid(folder)
    for path in _paths(folder):
        about = _status(path)
        if about is None:  # a run removed it meanwhile
            continue
        is_folder = stat.S_ISDIR(about.st_mode)
        mode = stat.S_IMODE(about.st_mode) & ~_ALL_BUT_OWNER & ~_SET_GROUP
        if gid is not None:
            os.chown(path, -1, gid, follow_symlinks=False)
            mode |= _ENTER | _SET_GROUP if is_folder else _READ
        path.chmod(mode)  # after chown, which clears setgid
    if folder.path.is_dir():
        _set_default_acl(folder)


def _gid(folder: Folder) -> int | None:
    return None if folder.group is None else group_id(folder.group)


def _default_acl(folder: Folder) -> str:
    return _OWNERS_ACL if folder.group is None else _DEFAULT_ACL


def _paths(folder: Folder) -> Iterator[Path]:
    """The folder itself and all below it, links left out."""
    if folder.path.is_dir() and not folder.path.is_symlink():
        yield folder.path
        yield from folder.path.rglob("*")


def _status(path: Path) -> os.stat_result | None:
    try:
        about = path.lstat()
    except FileNotFoundError:
        return None
    return None if stat.S_ISLNK(about.st_mode) else about


def _set_default_acl(folder: Folder) -> None:
    """Informs only: without ACLs, the mask of whoever runs the jobs has to let the group read (0027, say)."""
    program = shutil.which("setfacl")
    if program is None:
        return
    within = [str(path) for path in _paths(folder) if path.is_dir()]
    subprocess.run([program, "-d", "-m", _default_acl(folder), "--", *within], check=False, capture_output=True)


def script(settings: Settings) -> str:
    """A POSIX shell script, for root, that makes the groups, adds the members, and sets groups, modes and ACLs."""
    root = local_root(settings)
    lines = [
        "#!/bin/sh",
        "# Written by jobs/grants.py: groups and modes of a lake, by role. Run it as root; it may be repeated.",
        "set -eu",
        *_group_lines(settings),
        *_member_lines(settings),
        f"chmod u+rwx,g+rx,o+x {shlex.quote(str(root))}",
    ]
    for folder in folders(settings):
        lines += _folder_lines(folder)
    return "\n".join(lines) + "\n"


def _group_lines(settings: Settings) -> Iterator[str]:
    for group in dict.fromkeys(folder.group for folder in folders(settings) if folder.group):
        if not group.isdigit():
            quoted = shlex.quote(group)
            yield f"getent group {quoted} >/dev/null || groupadd --system {quoted}"


def _member_lines(settings: Settings) -> Iterator[str]:
    for role in ROLES:
        groups = [name for name in group_names(role, settings) if not name.isdigit()]
        for user in settings.access.members.get(role, ()):
            yield f"usermod -aG {shlex.quote(','.join(groups))} {shlex.quote(user)}  # {role}"


def _folder_lines(folder: Folder) -> list[str]:
    path = shlex.quote(str(folder.path))
    acl = _default_acl(folder)
    readers = ", ".join(folder.place.readers) or "its owner only"
    if folder.group is None:
        modes = [f"  chmod -R g-rwxs,o-rwx {path}"]
    else:
        modes = [
            f"  chgrp -R {shlex.quote(folder.group)} {path}",
            f"  find {path} -type d -exec chmod g=rxs,o= {{}} +",
            f"  find {path} -type f -exec chmod g=r,o= {{}} +",
        ]
    return [
        f"# {folder.place.name}: {readers}",
        f"if [ -d {path} ]; then",
        *modes,
        f"  if command -v setfacl >/dev/null; then find {path} -type d -exec setfacl -d -m {acl} {{}} + || true; fi",
        "fi",
    ]
