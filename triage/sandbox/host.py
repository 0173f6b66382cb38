"""The process that a guard's children are forked from: one of its own, or one forked from a zygote that had all loaded.

A zygote (triage.sandbox.zygote; Android's word for a process that is loaded once and forked for each need) spares every
worker of a machine the seconds and the memory of loading models again.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.errors import PrivacyError, TriageError
from triage.sandbox.child import FORK, WAIT, Work

if TYPE_CHECKING:
    from triage.sandbox.pool import Bounds

START_SECONDS = 600.0
"""Wall-clock seconds in which a host must have loaded its models."""

ZYGOTE_SECONDS = 120.0
"""Seconds that a zygote may take to answer; then a worker loads for itself."""
_CREDENTIALS = struct.Struct("iII")  # pid, uid, gid: unix(7)

BROKEN = (EOFError, OSError, pickle.UnpicklingError)
"""What reading from a process that ended may raise."""

Build = Callable[[], Work]
"""Runs in the host and gives the function. Pickled by reference; equal ones share a host."""


class Host:
    """A process that has loaded a function, and forks children to run it. Raises PrivacyError when it has ended."""

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        self._control, self._process = control, process
        self._replies = control.makefile("rb")

    @property
    def is_usable(self) -> bool:
        """Whether it lives; unasked it says nothing but its end."""
        return self._control.fileno() >= 0 and not select.select([self._control], [], [], 0)[0]

    def fork(self) -> tuple[int, socket.socket]:
        """A new child: a handle of its process (pidfd_open(2)), which a number may not be for long, and the socket to it."""
        ours, theirs = socket.socketpair()
        with theirs, self._told():
            socket.send_fds(self._control, [FORK], [theirs.fileno()])
            return os.pidfd_open(self.reply()), ours

    def wait(self) -> int:
        """The wait status of the last child, once it has ended."""
        with self._told():
            self._control.sendall(WAIT)
            return int(self.reply())

    def tell(self, message: object) -> None:
        """Sends a pickled message."""
        with self._control.makefile("wb") as stream:
            pickle.dump(message, stream)

    def reply(self) -> Any:
        """What it says next."""
        return pickle.load(self._replies)  # noqa: S301 - from our own process

    def end(self) -> None:
        """Ends it, and with it its child."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        if self._process:
            self._process.kill()
            self._process.wait()
        self._replies.close()
        self._control.close()

    @staticmethod
    @contextlib.contextmanager
    def _told() -> Iterator[None]:
        try:
            yield
        except BROKEN:
            raise PrivacyError(
                "The process that detects personal data ended.",
                remedy="Start again; if it returns, give workers more memory.",
            ) from None


def host_for(build: Build, bounds: Bounds, zygote: str | None) -> Host:
    """A host that has loaded `build`, from the zygote at an address if there is one that has, too.

    Raises the host's own TriageError when it cannot load, and PrivacyError when it ends or says nothing.
    """
    return (_forked(zygote, build, bounds) if zygote else None) or _spawned(build, bounds)


def _forked(address: str, build: Build, bounds: Bounds) -> Host | None:
    """A fork of the zygote; None where it does not answer, is not ours, or has loaded something else."""
    control = socket.socket(socket.AF_UNIX)
    control.settimeout(ZYGOTE_SECONDS)
    host = Host(control)
    with contextlib.suppress(*BROKEN):
        control.connect(f"\0{address}")
        if owner(control) == os.getuid():
            host.tell((build, bounds))
            if host.reply():
                control.settimeout(None)
                return host
    host.end()
    return None


def owner(peer: socket.socket) -> int:
    """The user id of the process at the other end of a Unix socket."""
    told = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(told)[1])


def _spawned(build: Build, bounds: Bounds) -> Host:
    ours, theirs = socket.socketpair()
    with theirs:
        process = start("triage.sandbox.child", theirs.fileno())
    host = Host(ours, process)
    with deadline(START_SECONDS, process.kill):
        try:
            host.tell((build, bounds))
            kind, value = host.reply()
        except BROKEN:
            kind, value = "failed", f"exit status {process.wait()}"
    if kind == "ready":
        return host
    host.end()
    if isinstance(value, TriageError):
        raise value
    raise PrivacyError(
        f"The process that detects personal data did not start: {value}.",
        remedy="Install the project's locked packages; give workers memory for the models; look for a full disk.",
    )


def start(module: str, handle: int) -> subprocess.Popen[bytes]:
    """A Python process with an open handle; unless told otherwise its matrix products take one thread.

    Tasks already fill the cores.
    """
    products = {"OMP_NUM_THREADS": "1"} | fastest_products()
    paths = [os.path.abspath(path) for path in sys.path]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, str(handle)],
        env=products | os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[handle],
    )


@cache
def fastest_products(about: Path = Path("/proc/cpuinfo")) -> dict[str, str]:
    """What OpenBLAS must be told to use AVX-512, which it does by itself on Intel's processors only.

    Twice the speed of its products on AMD's Zen 5.
    """
    with contextlib.suppress(OSError):
        flags = set(about.read_text("ascii", "replace").split())
        if {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"} <= flags:
            return {"OPENBLAS_CORETYPE": "SKYLAKEX"}
    return {}


@contextlib.contextmanager
def deadline(seconds: float, kill: Callable[[], None]) -> Iterator[threading.Event]:
    """Kills when the body takes longer; the event tells whether it did."""
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
