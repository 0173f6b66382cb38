"""A process that loads a function once and forks itself into a host (triage.sandbox.child) for whoever asks on this machine.

It is started as `python -m triage.sandbox.zygote FD`: over that socket come another socket, to listen on, and the pickled build
function. The address is an abstract one of Linux, so that no file is left behind; only processes of the same user are
answered, and only those that ask for a function equal to the one loaded. It ends with its parent, and a host with the
process that asked for it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import secrets
import select
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

from triage.sandbox.child import (
    fork_on_demand,
    leave_nothing_behind,
    reply,
    say_only_what_is_ours,
    share_memory,
)
from triage.sandbox.host import Build, owner, start

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def zygote(build: Build) -> Iterator[str | None]:
    """The address of a zygote that loads `build` meanwhile, and answers as long as the context lasts.

    What goes wrong with it costs time only: None where it cannot be started, and who asks in vain loads for itself.
    """
    with contextlib.ExitStack() as stack:
        try:
            address = _started(build, stack)
        except OSError as fault:
            _log.warning("detection is loaded by each worker for itself: %s", type(fault).__name__)
            address = None
        yield address


def _started(build: Build, stack: contextlib.ExitStack) -> str:
    address = f"triage-{secrets.token_hex(16)}"
    ours, theirs = socket.socketpair()
    stack.callback(ours.close)
    with theirs:
        process = start("triage.sandbox.zygote", theirs.fileno())
    stack.callback(process.wait)
    stack.callback(process.kill)
    with socket.socket(socket.AF_UNIX) as listener, ours.makefile("wb") as stream:
        listener.bind(f"\0{address}")
        listener.listen(socket.SOMAXCONN)
        socket.send_fds(ours, [b"L"], [listener.fileno()])
        pickle.dump(build, stream)
    return address


def main() -> None:
    """Loads what the parent sends, and more as long as nobody asks; then forks a host a request until the parent is gone."""
    say_only_what_is_ours()
    leave_nothing_behind()
    control = socket.socket(fileno=int(sys.argv[1]))
    _, handles, _, _ = socket.recv_fds(control, 1, 1)
    listener = socket.socket(fileno=handles[0])
    build = pickle.load(control.makefile("rb"))  # noqa: S301 - from the process that started us
    work = build()
    for _ in getattr(work, "preload", lambda: ())():
        if select.select([listener, control], [], [], 0)[0]:
            break
    share_memory()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for hosts
    while control not in select.select([listener, control], [], [])[0]:
        with contextlib.suppress(OSError):  # for want of a process or handle: who asked loads for itself
            _answer(listener, control, build, work)


def _answer(listener: socket.socket, control: socket.socket, build: object, work: Any) -> None:
    caller, _ = listener.accept()
    with caller:
        if owner(caller) == os.getuid() and os.fork() == 0:
            listener.close()
            control.close()
            _become_host(caller, build, work)


def _become_host(caller: socket.socket, build: object, work: Any) -> NoReturn:
    """Lives until the caller ends, even if the zygote does not."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        asked, bounds = pickle.load(caller.makefile("rb"))  # noqa: S301 - from a process of the same user
        with caller.makefile("wb") as replies:
            reply(replies, asked == build)
            if asked == build:
                fork_on_demand(caller, replies, work, bounds)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
