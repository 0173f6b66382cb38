"""Limits what a batch may take of the machine, with the kernel's means (getrlimit(2), prctl(2))."""

from __future__ import annotations

import contextlib
import ctypes
import math
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from triage.config import LimitSettings

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4  # linux/prctl.h
_WALL_PER_CPU = 10


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one batch may take, and a row that is tried alone."""

    cpu_seconds: int
    memory_bytes: int
    """Beyond what the loaded models take."""
    wall_seconds: float
    """For a child that waits for ever; a busy one meets its processor limit long before."""

    @classmethod
    def of(cls, limits: LimitSettings) -> Bounds:
        """The bounds that the settings ask for."""
        return cls(limits.cpu_seconds, limits.memory_bytes, float(_WALL_PER_CPU * limits.cpu_seconds))


def limit_cpu(seconds: int) -> None:
    """Has the kernel end this process by SIGXCPU, inside C code too, after so much more processor time.

    RLIMIT_CPU counts from the start of the process, in whole seconds.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set_soft_limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + seconds)


def limit_memory(size: int) -> None:
    """Lets allocations fail beyond what is allocated now and `size` bytes.

    RLIMIT_DATA counts private writable memory, mapped or not; RLIMIT_AS would count the files of models, too.
    """
    status = Path("/proc/self/status").read_text("ascii", "replace")
    data = next(line for line in status.splitlines() if line.startswith("VmData:"))
    _set_soft_limit(resource.RLIMIT_DATA, int(data.split()[1]) * 1024 + size)


def _set_soft_limit(kind: int, soft: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def harden_process() -> None:
    """No life without the parent, and no core dump or ptrace, either of which would show clear text."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; only the job decides what ends
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def die_with_parent() -> None:
    """Has the kernel kill this process when its parent ends. A fork does not inherit this, so each child asks anew."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


@contextlib.contextmanager
def wall_clock_limit(seconds: float, kill: Callable[[], None]) -> Iterator[threading.Event]:
    """Calls `kill` when the body takes longer; the event is set if it did."""
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        with contextlib.suppress(OSError):
            kill()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield is_over
    finally:
        timer.cancel()
        timer.join()
