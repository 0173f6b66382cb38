"""What a command takes: seconds, processor time, memory of all its processes together, bytes to and from storage."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import psutil

_INTERVAL = 0.25
_REST = 50
"""Looks at memory rest so many times as long as they took: to add up a process's pages holds it up meanwhile."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one command from its start to its exit."""

    seconds: float
    peak_bytes: int
    """Most memory at one moment, of the command and all that it started; shared pages count once (PSS)."""
    read_bytes: int
    """Fetched from storage; what the system still held in memory does not count."""
    written_bytes: int
    cpu_seconds: float
    """Processor time of all processes, as of the last look at each."""


class CommandFailed(Exception):
    """The command ended with another code than 0."""


def measured(command: Sequence[str], environ: Mapping[str, str]) -> Usage:
    """Runs a command and looks at its processes meanwhile, at their memory less often. Raises CommandFailed."""
    begin = monotonic()
    with subprocess.Popen(command, env=dict(environ), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        seen = _Seen(process.pid)
        watch = threading.Thread(target=seen.watch, args=(process,))
        watch.start()
        _, said = process.communicate()
        seconds = monotonic() - begin
        watch.join()
    if process.returncode:
        raise CommandFailed(f"{os.path.basename(command[1])}: {said.decode(errors='replace')[-2000:]}")
    return Usage(seconds, seen.peak, *seen.taken())


class _Seen:
    def __init__(self, pid: int) -> None:
        self.root = psutil.Process(pid)
        self.peak = 0
        self._taken: dict[tuple[int, float], tuple[int, int, float]] = {}

    def watch(self, process: subprocess.Popen[bytes]) -> None:
        due = monotonic()
        while process.poll() is None:
            begin = monotonic()
            try:
                self._look(begin >= due)
            except psutil.NoSuchProcess:
                return
            if begin >= due:
                due = begin + _REST * (monotonic() - begin)
            try:
                process.wait(_INTERVAL)
            except subprocess.TimeoutExpired:
                continue

    def _look(self, is_memory_due: bool) -> None:
        total = 0
        for one in [self.root, *self.root.children(recursive=True)]:
            try:
                counted, times = one.io_counters(), one.cpu_times()
                key = one.pid, one.create_time()
                self._taken[key] = counted.read_bytes, counted.write_bytes, times.user + times.system
                total += one.memory_full_info().pss if is_memory_due else 0
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        self.peak = max(self.peak, total)

    def taken(self) -> tuple[int, int, float]:
        """Bytes read and written, and processor seconds, of all processes together."""
        reads, writes, seconds = zip(*self._taken.values(), strict=True) if self._taken else ((0,), (0,), (0.0,))
        return sum(reads), sum(writes), sum(seconds)
