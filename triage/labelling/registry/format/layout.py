"""The files of a model's folder: regular ones, under names of their own, of bounded number and size."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

MOST_FILES = 10_000
"""A pipeline has some five files a stage."""

MOST_BYTES = 4 * 2**30
"""Of all files together, and of what is unpacked of one archive. A large encoder in ONNX has 1.3 GB."""

MOST_MANIFEST_BYTES = 4 * 2**20
"""Of the manifest, which is read before anything is known of the others."""

_ARCHIVES = (".npz", ".skops")
_FOLDERS = frozenset({"sparkml", "family"})
_FILES = frozenset(
    {
        "MLmodel",
        "model.json",
        "card.md",
        "card.html",
        "profile.json",
        "seen_rows.npz",
        "input_example.json",
        "serving_input_example.json",
        "requirements.txt",
        "python_env.yaml",
    }
)


class LayoutError(ValueError):
    """What is wrong with a folder, as the end of a sentence; names no path outside of it."""


def regular_files(folder: Path) -> dict[str, Path]:
    """The files below `folder` by relative name. Raises LayoutError for a link, a device, or too many or large files.

    A link would make the digest that of another file, or hide a whole folder from it.
    """
    found: dict[str, Path] = {}
    size = 0
    for path in _below(folder):
        about = path.lstat()
        name = path.relative_to(folder).as_posix()
        if stat.S_ISDIR(about.st_mode):
            continue
        if not stat.S_ISREG(about.st_mode):
            raise LayoutError(f"{name} is a link or no file")
        found[name] = path
        size += about.st_size
        _require_bounds(len(found), size)
    return found


def _below(folder: Path) -> Iterator[Path]:
    """All entries; rglob does not follow links to folders, and gives them as entries."""
    if folder.is_symlink():
        raise LayoutError("its folder is a link")
    yield from folder.rglob("*")


def _require_bounds(files: int, size: int) -> None:
    if files > MOST_FILES:
        raise LayoutError(f"it has more than {MOST_FILES:,} files")
    if size > MOST_BYTES:
        raise LayoutError(f"its files have more than {MOST_BYTES:,} bytes")


def check_names(names: Iterable[str]) -> None:
    """Raises LayoutError for a name in a manifest that leads out of the folder, or is none that a model has."""
    for count, name in enumerate(names, start=1):
        _require_bounds(count, 0)
        if not _is_inside(name):
            raise LayoutError("its manifest names a file outside of its folder")
        first, *rest = PurePosixPath(name).parts
        if not (first in _FOLDERS if rest else first in _FILES):
            raise LayoutError(f"{name} is no file of a label model")


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    plain = bool(name) and str(path) == name and name.isprintable() and "\\" not in name
    return plain and not path.is_absolute() and ".." not in path.parts and name != "."


def check_archives(files: Mapping[str, Path]) -> None:
    """Raises LayoutError where an archive of arrays would unpack to more than `MOST_BYTES`."""
    for name, path in files.items():
        if not name.endswith(_ARCHIVES):
            continue
        try:
            with zipfile.ZipFile(path) as archive:
                size = sum(member.file_size for member in archive.infolist())
        except (zipfile.BadZipFile, NotImplementedError):
            raise LayoutError(f"{name} is no archive of arrays") from None
        if size > MOST_BYTES:
            raise LayoutError(f"{name} unpacks to more than {MOST_BYTES:,} bytes")
