"""Removes what earlier locks and killed set-ups left in the environment's folder.

A part stays while anybody may want it: this installation, another one that shares the folder (each leaves its place in
`users` when it starts) and still has that lock, or a process that runs. To be called under the set-up's lock, since a
draft is then nobody's.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from triage.environment.place import Place

_PART = re.compile(r"venv-[0-9a-f]{16}|jars-[0-9a-f]{16}|classes-[0-9a-f]{8}-[0-9a-f]{8}\.jsa")
_DRAFT = re.compile(r"(?:jars|classes)-[0-9a-f-]+\.incomplete|(?:venv|jars)\.new|ivy|\.(?:venv|jars)-[0-9a-f]{16}\.old")
_USERS = "users"
_PROC = Path("/proc")


def note_user(place: Place) -> None:
    """Leaves word that this installation uses the environment; nothing where it cannot be written, as in an image."""
    name = hashlib.sha256(os.fsencode(place.project)).hexdigest()[:16]
    file = place.folder / _USERS / name
    if not file.exists():
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(os.fsencode(place.project))


def remove_old_parts(place: Place) -> tuple[str, ...]:
    """Removes parts that nobody wants, and drafts; returns the names of those that went.

    A fault of the file system keeps one, which the next set-up removes.
    """
    names = sorted(file.name for file in place.folder.iterdir())
    drafts = [name for name in names if _DRAFT.fullmatch(name)]
    wanted = {part.resolve() for user in _users(place) for part in _parts(user)}
    old = [name for name in names if _PART.fullmatch(name) and (place.folder / name).resolve() not in wanted]
    used = _in_use(place.folder, old)
    return tuple(name for name in [*drafts, *old] if name not in used and _removed(place.folder / name))


def _parts(place: Place) -> Iterator[Path]:
    with suppress(OSError):  # an installation whose locks are gone wants nothing
        yield from (place.venv, place.jars, place.classes)


def _users(place: Place) -> Iterator[Place]:
    yield place
    with suppress(OSError):
        for file in (place.folder / _USERS).iterdir():
            yield replace(place, project=Path(os.fsdecode(file.read_bytes())))


def _in_use(folder: Path, names: list[str]) -> set[str]:
    """Those that a process names in its command or environment, or has mapped; all, where one cannot be looked at."""
    paths = {name: {os.fsencode(folder / name), os.fsencode((folder / name).resolve())} for name in names}
    found: set[str] = set()
    for process in _PROC.glob("[0-9]*") if names else ():
        if int(process.name) != os.getpid():
            found |= _named_by(process, folder, paths)
    return found


def _named_by(process: Path, folder: Path, paths: Mapping[str, set[bytes]]) -> set[str]:
    told = b""
    try:
        told = (process / "cmdline").read_bytes()
        text = b"\0".join([told, *_private(process)])
    except PermissionError:
        return set(paths) if os.fsencode(folder) in told else set()
    except OSError:
        return set()  # it ended meanwhile
    return {name for name, forms in paths.items() if any(form in text for form in forms)}


def _private(process: Path) -> Iterator[bytes]:
    """What only the process' own user may read: its environment, what it has mapped, and what it has open."""
    yield (process / "environ").read_bytes()
    yield (process / "maps").read_bytes()
    for file in (process / "fd").iterdir():
        with suppress(FileNotFoundError):
            yield os.fsencode(os.readlink(file))


def _removed(part: Path) -> bool:
    with suppress(OSError):
        if part.is_symlink() or part.is_file():
            part.unlink()
        elif part.name.startswith("."):
            shutil.rmtree(part)
        else:
            # by another name first: half a part must not be taken for a whole one
            shutil.rmtree(part.rename(part.with_name(f".{part.name}.old")))
        return True
    return False
