"""Removal of old versions: what a table's folder has beside its present version."""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from triage.errors import ContractError
from triage.lake.objects.files import ObjectFolder

LOG = "_delta_log"


class Cleared(NamedTuple):
    """Files that were removed, and their bytes."""

    files: int
    bytes: int

    def __add__(self, other: tuple[object, ...]) -> Cleared:
        """Both together."""
        more = Cleared(*other)  # type: ignore[arg-type]
        return Cleared(self.files + more.files, self.bytes + more.bytes)


def clear(folder: Path, live: AbstractSet[str], version: int) -> Cleared:
    """Removes all files but the `live` ones and, in the log, what stands for `version`, and their checksums.

    The checkpoint of that version must be there, else nothing is removed from the log. Raises ContractError, before
    anything is removed, where a `live` file is not in the folder.
    """
    if not all(Path(file).is_relative_to(folder) and Path(file).is_file() for file in live):
        raise _missing(str(folder))
    sizes = {file.relative_to(folder).as_posix(): file.stat().st_size for file in folder.rglob("*") if file.is_file()}
    stale = stale_files(sizes, {Path(file).relative_to(folder).as_posix() for file in live}, version)
    for name in stale:
        (folder / name).unlink()
    return Cleared(len(stale), sum(sizes[name] for name in stale))


def clear_objects(folder: ObjectFolder, live: AbstractSet[str], version: int, validate: Callable[[], None]) -> Cleared:
    """As `clear`, of a folder of an object store; `live` are names below it.

    `validate` raises where this job may not write any more. It is called between listing and removing: what was listed
    while the lake was this job's was written before another could hold it, so no new file of another is removed,
    however late the removal reaches the store.
    """
    sizes = folder.sizes()
    if not live <= sizes.keys():
        raise _missing(folder.connection.prefix)
    stale = stale_files(sizes, live, version)
    validate()
    folder.remove(stale)
    return Cleared(len(stale), sum(sizes[name] for name in stale))


def stale_files(names: Collection[str], live: AbstractSet[str], version: int) -> list[str]:
    """Which files of a table, named below its folder, its present version does not need; those of the log last."""
    has_checkpoint = any(name.startswith(f"{LOG}/{version:020d}.checkpoint") for name in names)
    stale = [name for name in names if not _is_of_log(name) and _checked(name) not in live]
    return sorted(stale) + sorted(n for n in names if has_checkpoint and _is_of_log(n) and _is_stale_log(n, version))


def _is_of_log(name: str) -> bool:
    return LOG in name.split("/")


def _is_stale_log(name: str, version: int) -> bool:
    folder, _, file = _checked(name).rpartition("/")
    return not file.startswith((f"{version:020d}.", "_last_checkpoint")) and not folder.endswith("_sidecars")


def _checked(name: str) -> str:
    """The file that a checksum file belongs to; any other is its own."""
    folder, slash, file = name.rpartition("/")
    if file.startswith(".") and file.endswith(".crc"):
        return f"{folder}{slash}{file[1:-4]}"
    return name


def _missing(where: str) -> ContractError:
    return ContractError(
        "A table names files that are not in its folder; nothing was removed.",
        where=where,
        remedy="Name the lake by the path that it was written under, and no link to it.",
    )
