"""The caller's end of a host: starts one, has it fork children, and ends it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from triage.errors import PrivacyError
from triage.sandbox.limits import Bounds, wall_clock_limit
from triage.sandbox.openblas import openblas_settings
from triage.sandbox.protocol import (
    BROKEN,
    FORK,
    WAIT,
    Build,
    Channel,
    JobFault,
    Load,
    Loaded,
    LoadFailed,
    pair,
)

START_SECONDS = 600.0
"""Wall-clock seconds in which a host must have loaded its models."""


class HostClient:
    """A host that has loaded a function. Its methods raise PrivacyError when it has ended."""

    def __init__(self, channel: Channel, process: subprocess.Popen[bytes] | None = None) -> None:
        self._channel, self._process = channel, process

    @property
    def is_usable(self) -> bool:
        """Whether it lives: unasked it sends nothing, and its end would be something to read."""
        return self._channel.is_silent

    def fork(self) -> tuple[int, Channel]:
        """A new child: a handle of its process, and the channel to it.

        The handle (pidfd_open(2)) is the child's even after its end, when its number may be another process's. It is
        opened before the host could wait for the child, so the number is still the child's.
        """
        channel, theirs = pair()
        with theirs, self._ended():
            self._channel.request(FORK, theirs.fileno())
            return os.pidfd_open(self._channel.receive()), channel

    def wait(self) -> int:
        """The wait status of the last child, once it has ended."""
        with self._ended():
            self._channel.request(WAIT)
            return int(self._channel.receive())

    def close(self) -> None:
        """Ends the host, and with it its child."""
        with contextlib.suppress(OSError):
            self._channel.shut_down()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._channel.close()

    @staticmethod
    @contextlib.contextmanager
    def _ended() -> Iterator[None]:
        try:
            yield
        except BROKEN:
            raise PrivacyError(
                "The process that detects personal data ended.",
                remedy="Start again; if it returns, give workers more memory.",
            ) from None


def start_host(build: Build, bounds: Bounds) -> HostClient:
    """A new host that has loaded `build`.

    Raises the host's own TriageError when it cannot load, and PrivacyError when it ends or does not answer.
    """
    channel, theirs = pair()
    with theirs:
        process = start_python("triage.sandbox.host", theirs.fileno())
    host = HostClient(channel, process)
    with wall_clock_limit(START_SECONDS, process.kill):
        try:
            channel.send(Load(build, bounds))
            answer = channel.receive()
        except BROKEN:
            answer = LoadFailed(f"exit status {process.wait()}")
    if isinstance(answer, Loaded):
        return host
    host.close()
    raise _load_error(answer)


def _load_error(answer: LoadFailed | JobFault) -> Exception:
    if isinstance(answer, JobFault):
        return answer.error
    return PrivacyError(
        f"The process that detects personal data did not start: {answer.cause}.",
        remedy="Install the project's locked packages; give workers memory for the models; look for a full disk.",
    )


def start_python(module: str, handle: int) -> subprocess.Popen[bytes]:
    """A Python process that runs a module with an open file descriptor.

    The environment wins over OpenBLAS's settings.
    """
    paths = [os.path.abspath(path) for path in sys.path]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, str(handle)],
        env=openblas_settings() | os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[handle],
    )
