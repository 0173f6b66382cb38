"""Folders of killed Sparks in the folder for temporary files: some hundred megabytes each."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from triage.doctor.finding import Finding, ok, warning
from triage.doctor.patient import Patient

_SPARK = re.compile(r"(?:spark|blockmgr)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PROC = Path("/proc")


def check_leftovers(patient: Patient) -> Iterator[Finding]:
    """Counts folders by Spark's names that are older than every Java process of this user, so that none uses them."""
    del patient
    folder = Path(tempfile.gettempdir())
    before = _oldest_jvm(_PROC)
    stale = [one for one in _own(folder) if before is None or one.stat().st_ctime < before]
    if not stale:
        yield ok("No killed job left files.")
        return
    total = sum(_bytes(one) for one in stale)
    yield warning(
        f"Killed jobs left {len(stale)} folders with {total / 2**20:,.0f} MiB.",
        "While no job runs, remove spark-* and blockmgr-* in the folder for temporary files.",
        "TMPDIR",
    )


def _own(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        found = [entry for entry in entries if _SPARK.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)]
        return [Path(entry.path) for entry in found if entry.stat(follow_symlinks=False).st_uid == os.getuid()]


def _oldest_jvm(proc: Path) -> float | None:
    """When the oldest Java process of this user started, in seconds of the epoch; None where there is none."""
    starts = []
    for process in proc.glob("[0-9]*"):
        try:
            if process.stat().st_uid == os.getuid() and (process / "comm").read_text().strip() == "java":
                starts.append(_started_at(process))
        except OSError:
            continue  # it ended meanwhile
    return min(starts, default=None)


def _started_at(process: Path) -> float:
    """proc(5): field 22 of `stat` has the start in clock ticks since boot, and `btime` of /proc/stat the boot."""
    ticks = int((process / "stat").read_text().rpartition(")")[2].split()[19])
    boot = re.search(r"^btime (\d+)", (process.parent / "stat").read_text(), re.MULTILINE)
    return (int(boot[1]) if boot else 0) + ticks / os.sysconf("SC_CLK_TCK")


def _bytes(folder: Path) -> int:
    found = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                found += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue
    return found
