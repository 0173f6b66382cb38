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

_MOST_ENTRIES = 200_000
"""Files that are looked at in a source; a larger one is known to be not empty, and its age is of those."""


@dataclass(slots=True)
class _Seen:
    files: int = 0
    newest: float = 0.0
    unreadable: int = 0


def check_sources(patient: Patient) -> Iterator[Finding]:
    """Names a source by its declared name or its place in `sources`, since its path may name a person."""
    sources = patient.settings.sources
    if not sources:
        yield warning("There is no source to read.", "Set sources, or give --source to jobs/nightly.py.")
    for number, source in enumerate(sources, start=1):
        name = patient.settings.source_names.get(source, f"source {number} of {len(sources)}")
        yield _source(patient, source, name)


def _source(patient: Patient, source: str, name: str) -> Finding:
    if not is_local(source):
        return ok("A remote source is looked at by the run itself.", name)
    path = Path(source.removeprefix("file://"))
    if not os.path.lexists(path):
        return fault("It does not exist.", "Mount it, or correct `sources`.", name)
    try:
        seen = _look(path)
    except OSError:
        seen = _Seen(unreadable=1)
    if seen.unreadable:
        what = f"{seen.unreadable} of its files or folders may not be read."
        return fault(what, "Start as a user who may, or change their mode.", name)
    if not seen.files:
        return _empty(patient, source, name)
    days = max(0.0, time.time() - seen.newest) / 86_400
    return ok(f"{_count(seen.files)}, the newest {days:.1f} days old.", name)


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


def _look(path: Path) -> _Seen:
    seen = _Seen()
    for file in _files(path, seen):
        if not os.access(file, os.R_OK):
            seen.unreadable += 1
            continue
        found = os.stat(file)
        seen.files += found.st_size > 0
        seen.newest = max(seen.newest, found.st_mtime)
        if seen.files >= _MOST_ENTRIES:
            break
    return seen


def _files(path: Path, seen: _Seen) -> Iterator[str]:
    if not path.is_dir():
        yield str(path)
        return

    def count(_: OSError) -> None:
        seen.unreadable += 1

    for folder, _, names in os.walk(path, onerror=count):
        yield from (os.path.join(folder, name) for name in names if os.path.exists(os.path.join(folder, name)))


def _count(files: int) -> str:
    if files == 1:
        return "One file"
    return f"{files:,} files" if files < _MOST_ENTRIES else f"{files:,} files or more"
