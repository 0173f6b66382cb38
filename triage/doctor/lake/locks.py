"""Who holds the lake's locks. None is taken, not even for a moment: a run that starts meanwhile would be refused."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from triage.doctor.finding import Finding, ok, warning
from triage.doctor.patient import Patient
from triage.lake.locks import Holder
from triage.lake.locks import holder_of as lease_holder
from triage.lake.locks.file_lock import file_holder
from triage.lake.store import SHARED_TABLES

_LOCKS = Path("/proc/locks")
_LINE = re.compile(r"^\d+: FLOCK\s+\S+\s+WRITE\s+(-?\d+)\s+([0-9a-f]+):([0-9a-f]+):(\d+)\s", re.MULTILINE)
"""proc(5): number, kind, mandatory or advisory, access, process, and major:minor:inode of the file."""


def check_locks(patient: Patient) -> Iterator[Finding]:
    """Reads the kernel's list of locks for a local lake, and the leases of a remote one."""
    if patient.folder is None:
        yield from _leases(patient.settings.lake.root)
        return
    files = sorted(patient.folder.parent.glob(f"{patient.folder.name}*.lock"))
    held = {file: process for file in files if (process := process_with(file)) is not None}
    for file in files:
        yield from _of_file(_name(file, patient.folder), file, held.get(file))
    yield ok(f"{len(files) - len(held)} of {len(files)} lock files are free; a free one may stay.")


def _of_file(name: str, file: Path, process: int | None) -> Iterator[Finding]:
    if process is None:
        if Path(f"{file}.json").exists():
            yield warning(
                "A job that was killed left its record of the lock; the lock itself is free.",
                "Start the job again: it goes on where it was killed.",
                name,
            )
    elif _state(process) == "T":
        yield warning(
            f"Process {process} holds the lock and is suspended.", f"Resume it (kill -CONT {process}) or end it.", name
        )
    else:
        yield ok(f"Process {process} holds the lock{_record(file_holder(str(file)))}.", name)


def _leases(root: str) -> Iterator[Finding]:
    """Those of a lake on an object store; a killed job's stays until the next job has waited for its end."""
    names = ("lake", "learning", *sorted(name.rpartition("/")[2] for name in SHARED_TABLES))
    held = {name: holder for name in names if (holder := lease_holder(root, name)) is not None}
    for name, holder in held.items():
        yield ok(f"{holder} holds the lease: a job is at work, or was killed.", name)
    yield ok(f"{len(names) - len(held)} of {len(names)} leases are free.")


def _record(holder: Holder | None) -> str:
    return f": {holder.job}, since {holder.since:%Y-%m-%d %H:%M} UTC" if holder else ""


def process_with(file: Path) -> int | None:
    """The process that has a lock of flock(2) on the file, as the kernel lists it; None where it is free.

    0 is a process that this one cannot see, such as one of another container.
    """
    try:
        found, listed = file.stat(), _LOCKS.read_text()
    except OSError:
        return None
    for process, major, minor, inode in _LINE.findall(listed):
        if int(inode) == found.st_ino and os.makedev(int(major, 16), int(minor, 16)) == found.st_dev:
            return max(int(process), 0)
    return None


def _name(file: Path, lake: Path) -> str:
    return "lake" if file.name == f"{lake.name}.lock" else file.name.removeprefix(f"{lake.name}.").removesuffix(".lock")


def _state(process: int) -> str:
    """Its state by proc(5), such as S, R or T; empty where it cannot be seen."""
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
