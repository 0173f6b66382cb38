"""Free space where a run writes: the lake, temporary files, the environment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from triage.doctor.finding import Finding, fault, ok, warning
from triage.doctor.patient import Patient

_FEW, _SOME = 1, 10
"""Batches (setting ingest.batch_bytes) for which there must be, and should be, space."""
_FEWEST_FILES = 10_000
"""Files that should still fit: an object of the file system a file, such as an inode."""


def check_disk(patient: Patient) -> Iterator[Finding]:
    """Free bytes and files, and whether the lake lies on a file system that is mounted to be read only."""
    batch = patient.settings.ingest.batch_bytes
    places = {"TMPDIR": Path(tempfile.gettempdir()), "environment": patient.machine.place.folder}
    if patient.folder is not None:
        yield from _writable(patient.folder)
        places = {"lake": patient.folder} | places
    for name, folder in places.items():
        yield _space(name, os.statvfs(_existing(folder)), batch)


def _space(name: str, found: os.statvfs_result, batch: int) -> Finding:
    free = found.f_bavail * found.f_frsize
    size = f"{free / 2**30:.1f} GiB free"
    if free < _FEW * batch:
        return fault(f"The disk is full: {size}.", "Free space, or move it to a larger disk.", name)
    if found.f_files and found.f_favail < _FEWEST_FILES:
        return warning(f"Only {found.f_favail} more files fit on the disk.", "Remove files that nobody needs.", name)
    if free < _SOME * batch:
        return warning(f"Little space is left: {size}.", "Free space before the disk is full.", name)
    return ok(f"{size}.", name)


def _writable(lake: Path) -> Iterator[Finding]:
    present = _existing(lake)
    is_read_only = bool(os.statvfs(present).f_flag & os.ST_RDONLY)
    if is_read_only or not os.access(present, os.W_OK | os.X_OK):
        why = "its file system is mounted to be read only" if is_read_only else "this user may not write there"
        yield fault(
            f"The lake's folder cannot be written: {why}.", "Mount it for writing, or start as its owner.", "lake"
        )


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above that is there."""
    return next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))
