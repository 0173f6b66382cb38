"""What the processes of a sandbox send each other, and how: pickles and file descriptors over Unix sockets.

    caller → host    Load; then FORK with a socket for the child, and WAIT, a byte each
    host → caller    Loaded, LoadFailed or JobFault; then the child's process id, or its wait status
    caller → child   a list of rows
    child → caller   Results, Failed or JobFault

Pickles are read from processes that this one started, or that belong to the same user (`is_same_user`).
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import socket
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from triage.errors import TriageError
from triage.reasons import Reason
from triage.sandbox.limits import Bounds

FORK, WAIT = b"F", b"W"

BROKEN = (EOFError, OSError, pickle.UnpicklingError)
"""What reading from a process that ended may raise."""

Work = Callable[[list[Any]], Iterable[Any]]
"""The function that children run: rows to rows."""

Build = Callable[[], Work]
"""Loads what the function needs and returns it. Pickled by reference; equal ones share a host."""

_CREDENTIALS = struct.Struct("iII")  # pid, uid, gid: unix(7)


@dataclass(frozen=True, slots=True)
class Load:
    """Load this function, and bind children to these bounds."""

    build: Build
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Loaded:
    """The function is loaded, and children can be forked."""


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """The function could not be loaded."""

    cause: str
    """An exception's type or an exit status; an exception's text may hold what must not be logged."""


@dataclass(frozen=True, slots=True)
class Results:
    """What the function made of the rows."""

    rows: list[Any]


@dataclass(frozen=True, slots=True)
class Failed:
    """The rows brought the function down."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class JobFault:
    """An error that is no row's: the job ends with it."""

    error: TriageError


class Channel:
    """One end of a Unix stream socket.

    Pickles go through the socket's file as they are: multiprocessing's Connection, which puts each into a buffer first,
    takes twice to five times as long for a batch of mails.
    """

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._stream = end.makefile("rwb")

    @classmethod
    def from_handle(cls, handle: int) -> Channel:
        """From a file descriptor, which this object owns from now on."""
        return cls(socket.socket(fileno=handle))

    def send(self, message: object) -> None:
        """Raises OSError when the other end is gone."""
        self.send_encoded(encode(message))

    def send_encoded(self, message: bytes) -> None:
        """Sends what `encode` made."""
        self._stream.write(message)
        self._stream.flush()

    def receive(self) -> Any:
        """The next message. Raises one of `BROKEN` when the other end is gone."""
        return pickle.load(self._stream)  # noqa: S301 - from our own process, see above

    def request(self, code: bytes, *handles: int) -> None:
        """Sends a code of one byte, with file descriptors (SCM_RIGHTS)."""
        socket.send_fds(self._socket, [code], handles)

    def next_request(self) -> tuple[bytes, list[int]]:
        """The next code with its file descriptors; an empty one when the other end is gone.

        Reads past the buffer of `receive`, so who sends a request must have had all answers before.
        """
        code, handles, _, _ = socket.recv_fds(self._socket, 1, 1)
        return code, handles

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to read, not even the other end's end."""
        return self._socket.fileno() >= 0 and not select.select([self._socket], [], [], 0)[0]

    def shut_down(self) -> None:
        """Tells the other end that this one is gone, though forks may hold the socket open."""
        self._socket.shutdown(socket.SHUT_RDWR)

    def fileno(self) -> int:
        """The file descriptor."""
        return self._socket.fileno()

    def close(self) -> None:
        """Closes this end."""
        self._socket.close()
        with contextlib.suppress(OSError):  # what was left to send has nobody to read it
            self._stream.close()


def encode(message: object) -> bytes:
    """A message as it is sent, for a sender that must know first whether memory suffices."""
    return pickle.dumps(message, protocol=5)


def pair() -> tuple[Channel, socket.socket]:
    """A channel, and the other end to give to another process."""
    ours, theirs = socket.socketpair()
    return Channel(ours), theirs


def is_same_user(peer: socket.socket) -> bool:
    """Whether the process at the other end of a Unix socket belongs to this process's user (SO_PEERCRED)."""
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(credentials)[1]) == os.getuid()
