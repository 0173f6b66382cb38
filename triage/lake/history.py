"""Removal of old versions: what a table's folder has beside its present version."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from triage.errors import ContractError

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
        raise ContractError(
            "A table names files that are not in its folder; nothing was removed.",
            where=str(folder),
            remedy="Name the lake by the path that it was written under, and no link to it.",
        )
    stale = [*_stale_data(folder, live), *_stale_log(folder / LOG, version)]
    total = 0
    for file in stale:
        total += file.stat().st_size
        file.unlink()
    return Cleared(len(stale), total)


def _stale_data(folder: Path, live: AbstractSet[str]) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and LOG not in file.relative_to(folder).parts and str(_checked(file)) not in live:
            yield file


def _stale_log(log: Path, version: int) -> Iterator[Path]:
    name = f"{version:020d}."
    if not any(log.glob(f"{name}checkpoint*")):
        return
    for file in sorted(log.rglob("*")):
        kept = _checked(file).name
        if file.is_file() and not kept.startswith((name, "_last_checkpoint")) and file.parent.name != "_sidecars":
            yield file


def _checked(file: Path) -> Path:
    """The file that a checksum file belongs to; any other is its own."""
    if file.name.startswith(".") and file.name.endswith(".crc"):
        return file.with_name(file.name[1:-4])
    return file
