"""The other side of `triage.sandbox.pool`: a host that loads a function once, and the children it forks to run it.

A host is forked from a zygote (triage.sandbox.zygote), or started as `python -m triage.sandbox.child FD`. Over that socket come the
pickled build function and bounds, then requests: `F` with a socket for a new child, `W` for the wait status of the last
one. All replies are pickles.
"""

from __future__ import annotations

import ctypes
import gc
import io
import logging
import math
import os
import pickle
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

from triage.errors import TriageError

if TYPE_CHECKING:
    from triage.sandbox.pool import Bounds

FORK, WAIT = b"F", b"W"
_PDEATHSIG, _SET_DUMPABLE = 1, 4  # linux/prctl.h
Work = Callable[[list[Any]], Iterable[Any]]


def main() -> None:
    """Loads what the parent sends, says `ready` or why not, and forks children until the parent is gone."""
    say_only_what_is_ours()
    leave_nothing_behind()
    control = socket.socket(fileno=int(sys.argv[1]))
    replies = control.makefile("wb")
    try:
        build, bounds = pickle.load(control.makefile("rb"))  # noqa: S301 - from the process that started us
        work = build()
    except TriageError as fault:
        reply(replies, ("fault", fault))
    except Exception as fault:  # noqa: BLE001 - its text may hold what must not be told
        reply(replies, ("failed", type(fault).__name__))
    else:
        share_memory()
        reply(replies, ("ready", None))
        fork_on_demand(control, replies, work, bounds)


def share_memory() -> None:
    """Lets forks share the pages of what is loaded; they do as long as no collector counts through them."""
    gc.collect()
    gc.freeze()


def reply(replies: IO[bytes], message: object) -> None:
    """Sends a pickled message."""
    pickle.dump(message, replies)
    replies.flush()


def fork_on_demand(control: socket.socket, replies: IO[bytes], work: Work, bounds: Bounds) -> None:
    """The life of a host: a child for each request, until the caller is gone."""
    child = 0
    while True:
        request, handles, _, _ = socket.recv_fds(control, 1, 1)
        if request == FORK:
            child = os.fork()
            if child == 0:
                os.close(control.fileno())
                _serve(handles[0], work, bounds)
            os.close(handles[0])
            reply(replies, child)
        elif request == WAIT:
            reply(replies, os.waitpid(child, 0)[1])
        else:
            return


def _serve(handle: int, work: Work, bounds: Bounds) -> NoReturn:
    """The life of a child: rows in, rows out, until nobody asks any more or a limit ends it."""
    try:
        _die_with_parent()
        _allow_memory(bounds.memory_bytes)
        stream = socket.socket(fileno=handle).makefile("rwb")
        more = True
        while more:
            answer, more = _answer(stream, work, bounds)
            stream.write(answer)
            stream.flush()
    finally:
        os._exit(0)


def _answer(stream: io.BufferedRWPair, work: Work, bounds: Bounds) -> tuple[bytes, bool]:
    """The pickled result of one batch, and whether the child is fit for another."""
    try:
        rows = pickle.load(stream)  # noqa: S301 - from the process that started us
        _allow_cpu(bounds.cpu_seconds)
        return pickle.dumps(("done", list(work(rows))), protocol=5), True
    except EOFError:
        os._exit(0)
    except MemoryError:
        return pickle.dumps(("memory", None)), False
    except TriageError as fault:
        return pickle.dumps(("fault", fault)), False
    except Exception as fault:  # noqa: BLE001 - any fault must hold a mail, not the run, and its text may be the mail's
        return pickle.dumps(("raised", type(fault).__name__)), False


def _allow_cpu(seconds: int) -> None:
    """Lets the kernel end this process, inside C code too, when it has used so much more processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + seconds)


def _allow_memory(size: int) -> None:
    """Lets allocations fail beyond what is allocated now and `size` bytes."""
    status = Path("/proc/self/status").read_text("ascii", "replace")
    data = next(line for line in status.splitlines() if line.startswith("VmData:"))
    _limit(resource.RLIMIT_DATA, int(data.split()[1]) * 1024 + size)


def _limit(kind: int, soft: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def leave_nothing_behind() -> None:
    """No life without the parent, and no core dump, which would be clear text on a disk."""
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides, and tells by its end
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def say_only_what_is_ours() -> None:
    """Standard error is for this project's own log, which holds no values; what libraries print may hold some."""
    handler = logging.StreamHandler(os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace"))
    logging.getLogger("triage").addHandler(handler)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)
    os.close(silence)


if __name__ == "__main__":
    main()
