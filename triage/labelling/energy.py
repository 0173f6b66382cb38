"""Processor time of this process and all below it, for the energy of a training."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _TIMES = 1, slice(11, 15)
"""Fields of /proc/PID/stat after the name: ppid; utime, stime, and those of ended children."""


@dataclass(frozen=True, slots=True)
class ProcessorTime:
    """User and system seconds so far: of this process alone, and with the JVM and the workers on this machine."""

    own: float
    family: float

    def since(self, earlier: ProcessorTime) -> float:
        """The seconds between two readings.

        What ended is counted by the parent that waited for it. Without one, its earlier seconds leave the family's sum,
        which may then fall; this process's own do not.
        """
        return max(self.own - earlier.own, self.family - earlier.family)


def processor_time() -> ProcessorTime:
    """A reading, ended processes included. Executors on other machines are not seen."""
    stats = {int(entry.name): fields for entry in Path("/proc").glob("[0-9]*") if (fields := _fields(entry))}
    children = defaultdict(list)
    for process, fields in stats.items():
        children[int(fields[_PARENT])].append(process)
    family = [os.getpid()]
    for process in family:
        family.extend(children[process])
    own, *others = (sum(map(int, stats.get(process, [])[_TIMES])) / _TICKS for process in family)
    return ProcessorTime(own, own + sum(others))


def _fields(entry: Path) -> list[str]:
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return []
