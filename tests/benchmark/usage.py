"""What a command takes: seconds, memory of all its processes together, bytes to and from storage."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import psutil

_INTERVAL = 0.25


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one command from its start to its exit."""

    seconds: float
    peak_bytes: int
    """Most memory at one moment, of the command and all that it started; shared pages count once (PSS)."""
    read_bytes: int
    """Fetched from storage; what the system still held in memory does not count."""
    written_bytes: int


class CommandFailed(Exception):
    """The command ended with another code than 0."""


def measured(command: Sequence[str], environ: Mapping[str, str]) -> Usage:
    """Runs a command and looks at its processes four times a second. Raises CommandFailed."""
    begin = monotonic()
    with subprocess.Popen(
        command, env=dict(environ), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        seen = _Seen(process.pid)
        watch = threading.Thread(target=seen.watch, args=(process,))
        watch.start()
        _, said = process.communicate()
        seconds = monotonic() - begin
        watch.join()
    if process.returncode:
        raise CommandFailed(f"{os.path.basename(command[1])}: {said.decode(errors='replace')[-2000:]}")
    return Usage(seconds, seen.peak, *seen.transferred())


class _Seen:
    def __init__(self, pid: int) -> None:
        self.root = psutil.Process(pid)
        self.peak = 0
        self._bytes: dict[tuple[int, float], tuple[int, int]] = {}

    def watch(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            try:
                self._look()
            except psutil.NoSuchProcess:
                return
            try:
                process.wait(_INTERVAL)
            except subprocess.TimeoutExpired:
                continue

    def _look(self) -> None:
        total = 0
        for one in [self.root, *self.root.children(recursive=True)]:
            try:
                total += one.memory_full_info().pss
                counted = one.io_counters()
                self._bytes[one.pid, one.create_time()] = counted.read_bytes, counted.write_bytes
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        self.peak = max(self.peak, total)

    def transferred(self) -> tuple[int, int]:
        reads, writes = zip(*self._bytes.values(), strict=True) if self._bytes else ((0,), (0,))
        return sum(reads), sum(writes)
