"""The sources: there, readable, not empty, and how old their newest file is."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from triage.doctor.finding import Finding, fault, ok, warning
from triage.doctor.patient import NeedsSpark, Patient
from triage.errors import TriageError
from triage.lake.tables import LEDGER
from triage.paths import is_local

_SECONDS, _ALL_SECONDS = 5.0, 20.0
"""For which a source, and all of them, are looked at; of a larger one it is known then that it is not empty."""


@dataclass(slots=True)
class _Seen:
    files: int = 0
    newest: float = 0.0
    unreadable: int = 0
    is_whole: bool = True


def check_sources(patient: Patient) -> Iterator[Finding]:
    """Names a source by its declared name or its place in `sources`, since its path may name a person."""
    sources = patient.settings.sources
    if not sources:
        yield warning("There is no source to read.", "Set sources, or give --source to jobs/nightly.py.")
    seconds = min(_SECONDS, _ALL_SECONDS / max(1, len(sources)))
    for number, source in enumerate(sources, start=1):
        name = patient.settings.source_names.get(source, f"source {number} of {len(sources)}")
        yield _source(patient, source, name, seconds)


def _source(patient: Patient, source: str, name: str, seconds: float) -> Finding:
    if not is_local(source):
        return ok("A remote source is looked at by the run itself.", name)
    path = Path(source.removeprefix("file://"))
    if not os.path.lexists(path):
        return fault("It does not exist.", "Mount it, or correct `sources`.", name)
    try:
        seen = _look(path, seconds)
    except OSError:
        seen = _Seen(unreadable=1)
    if seen.unreadable:
        what = f"{seen.unreadable} of its files or folders may not be read."
        return fault(what, "Start as a user who may, or change their mode.", name)
    if not seen.files and not seen.is_whole:
        what = f"No file with content was found in {seconds:.0f} seconds, and not all was looked at."
        return warning(what, "Look whether its file system is slow.", name)
    if not seen.files:
        return _empty(patient, source, name)
    days = max(0.0, time.time() - seen.newest) / 86_400
    return ok(f"{_count(seen)}, the newest {days:.1f} days old.", name)


def _empty(patient: Patient, source: str, name: str) -> Finding:
    if _was_read(patient, source):
        return fault("It is empty, and earlier runs read files of it.", "Look whether its mount is lost.", name)
    return warning("It is empty.", "Look whether its mount is lost, or correct `sources`.", name)


def _was_read(patient: Patient, source: str) -> bool:
    """Whether the ledger has a file of the source: its column `path` begins with the source."""
    try:
        rows = patient.store.rows(LEDGER, ("path",), kind=["file"]) if patient.is_begun() else iter(())
        return any(f"{row['path']}/".startswith(f"{source}/") for row in rows)
    except (NeedsSpark, TriageError, OSError):
        return False


def _look(path: Path, seconds: float) -> _Seen:
    seen, until = _Seen(), time.monotonic() + seconds
    for file in _files(path, seen):
        _count_file(file, seen)
        if time.monotonic() >= until:
            seen.is_whole = False
            break
    return seen


def _count_file(file: str, seen: _Seen) -> None:
    if not os.access(file, os.R_OK):
        seen.unreadable += 1
        return
    found = os.stat(file)
    seen.files += found.st_size > 0
    seen.newest = max(seen.newest, found.st_mtime)


def _files(path: Path, seen: _Seen) -> Iterator[str]:
    """The files below, as they are found: `os.walk` would first read a whole folder, however large."""
    if not path.is_dir():
        yield str(path)
        return
    folders = [str(path)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                yield from _files_among(entries, folders)
        except OSError:
            seen.unreadable += 1


def _files_among(entries: Iterator[os.DirEntry[str]], folders: list[str]) -> Iterator[str]:
    """The files; folders are put on the list, but not those that a link leads to."""
    for entry in entries:
        if not entry.is_dir():
            if os.path.exists(entry.path):
                yield entry.path
        elif not entry.is_symlink():
            folders.append(entry.path)


def _count(seen: _Seen) -> str:
    files = "One file" if seen.files == 1 else f"{seen.files:,} files"
    return files if seen.is_whole else f"{files} or more"
