"""Processor time of this process and all below it, for the energy of a training."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _TIMES = 1, slice(11, 15)
"""Fields of /proc/PID/stat after the name: ppid; utime, stime, and those of ended children."""


def processor_seconds() -> float:
    """User and system seconds so far: Python, the JVM and the workers on this machine, ended ones included.

    Executors on other machines are not seen. Two readings, before and after, give the time of a training.
    """
    stats = {int(entry.name): fields for entry in Path("/proc").glob("[0-9]*") if (fields := _fields(entry))}
    children = defaultdict(list)
    for process, fields in stats.items():
        children[int(fields[_PARENT])].append(process)
    family = [os.getpid()]
    for process in family:
        family.extend(children[process])
    return sum(int(ticks) for process in family for ticks in stats.get(process, [])[_TIMES]) / _TICKS


def _fields(entry: Path) -> list[str]:
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return []
