"""A process of this machine that loads a function once, and forks itself into a host for each Spark worker that asks.

    python -m triage.sandbox.preload FD

It saves all workers but one the processor time and memory of loading models, and loads while the job is busy with other
things. `preloaded_host` starts it; what goes wrong with it costs time only, because a caller that gets no answer starts
a host of its own. FD is a socket to the process that started it, over which come a listening socket and the function to
load.

multiprocessing's forkserver does not serve here: it preloads modules, where building the detectors is what takes time,
and it answers descendants of the process that started it, where Spark's workers descend from Spark's own daemon.

The listening address is an abstract one of Linux (unix(7)), so that no file is left behind. Only processes of the same
user are answered, and only those that ask for a function equal to the one loaded. This process holds keys and models
but no mail. It ends with its parent, and a host with the process that asked for it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import select
import signal
import socket
import sys
from collections.abc import Iterator
from typing import NoReturn, Protocol, runtime_checkable

from triage.sandbox.client import HostClient, start_python
from triage.sandbox.host import fork_on_request, share_memory, silence_libraries
from triage.sandbox.limits import Bounds, harden_process
from triage.sandbox.protocol import BROKEN, Build, Channel, Load, Loaded, LoadFailed, Work, is_same_user, pair

ANSWER_SECONDS = 120.0
"""Seconds that it may take to answer; then a worker loads for itself."""

_log = logging.getLogger(__name__)


@runtime_checkable
class Preloadable(Protocol):
    """A function that can load more ahead than it needs for most rows, a part at a time."""

    def preload(self) -> Iterator[None]: ...


@contextlib.contextmanager
def preloaded_host(build: Build) -> Iterator[str | None]:
    """The address of a preloaded host that loads `build` meanwhile, and answers as long as the context lasts.

    None where it cannot be started.
    """
    with contextlib.ExitStack() as stack:
        try:
            address = _start(build, stack)
        except OSError as error:
            _log.warning("detection is loaded by each worker for itself: %s", type(error).__name__)
            address = None
        yield address


def _start(build: Build, stack: contextlib.ExitStack) -> str:
    address = f"triage-{secrets.token_hex(16)}"
    channel, theirs = pair()
    stack.callback(channel.close)
    with theirs:
        process = start_python("triage.sandbox.preload", theirs.fileno())
    stack.callback(process.wait)
    stack.callback(process.kill)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0{address}")
        listener.listen(socket.SOMAXCONN)
        channel.request(b"L", listener.fileno())
        channel.send(build)
    return address


def fork_of(address: str, build: Build, bounds: Bounds) -> HostClient | None:
    """A host forked from the preloaded one.

    None where that does not answer, is another user's, or has loaded something else.
    """
    end = socket.socket(socket.AF_UNIX)
    end.settimeout(ANSWER_SECONDS)
    channel = Channel(end)
    with contextlib.suppress(*BROKEN):
        end.connect(f"\0{address}")
        if is_same_user(end):
            channel.send(Load(build, bounds))
            if isinstance(channel.receive(), Loaded):
                end.settimeout(None)
                return HostClient(channel)
    channel.close()
    return None


def main() -> None:
    """Loads what the parent sends, and more as long as nobody asks.

    Then forks a host a request until the parent is gone.
    """
    silence_libraries()
    harden_process()
    parent = Channel.from_handle(int(sys.argv[1]))
    _, handles = parent.next_request()
    listener = socket.socket(fileno=handles[0])
    peers: list[socket.socket | Channel] = [listener, parent]
    build = parent.receive()
    work = build()
    if isinstance(work, Preloadable):
        for _ in work.preload():
            if select.select(peers, [], [], 0)[0]:
                break
    share_memory()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for hosts
    while parent not in select.select(peers, [], [])[0]:
        with contextlib.suppress(OSError):  # for want of a process or handle: who asked loads for itself
            _answer(listener, parent, build, work)


def _answer(listener: socket.socket, parent: Channel, build: Build, work: Work) -> None:
    caller, _ = listener.accept()
    with caller:
        if is_same_user(caller) and os.fork() == 0:
            listener.close()
            os.close(parent.fileno())
            _become_host(caller, build, work)


def _become_host(caller: socket.socket, build: Build, work: Work) -> NoReturn:
    """Lives until the caller ends, even if the preloaded host does not."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        channel = Channel(caller)
        load = channel.receive()
        if load.build == build:
            channel.send(Loaded())
            fork_on_request(channel, work, load.bounds)
        else:
            channel.send(LoadFailed("another function"))
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
