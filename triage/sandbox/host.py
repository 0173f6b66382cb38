"""A host: loads the function once and forks a child for each request.

    python -m triage.sandbox.host FD

FD is one end of a Unix socket pair, over which triage.sandbox.client says what to load and when to fork.
"""

from __future__ import annotations

import gc
import logging
import os
import sys

from triage.errors import TriageError
from triage.sandbox.child import serve
from triage.sandbox.limits import Bounds, harden_process
from triage.sandbox.protocol import FORK, WAIT, Channel, JobFault, Loaded, LoadFailed, Work
from triage.telemetry.log_format import child_handler


def main() -> None:
    """Loads what the caller sends, answers whether it could, and forks children until the caller is gone."""
    silence_libraries()
    harden_process()
    channel = Channel.from_handle(int(sys.argv[1]))
    try:
        load = channel.receive()
        work = load.build()
    except TriageError as error:
        channel.send(JobFault(error))
    except Exception as error:  # noqa: BLE001 - its text may hold what must not be logged
        channel.send(LoadFailed(type(error).__name__))
    else:
        share_memory()
        channel.send(Loaded())
        fork_on_request(channel, work, load.bounds)


def share_memory() -> None:
    """Lets forks share the pages of what is loaded: the garbage collector would write its counts into each of them."""
    gc.collect()
    gc.freeze()


def fork_on_request(channel: Channel, work: Work, bounds: Bounds) -> None:
    """The life of a host: a child for each request, one at a time, until the caller is gone."""
    child = 0
    while True:
        request, handles = channel.next_request()
        if request == FORK:
            child = os.fork()
            if child == 0:
                os.close(channel.fileno())
                serve(handles[0], work, bounds)
            os.close(handles[0])
            channel.send(child)
        elif request == WAIT:
            channel.send(os.waitpid(child, 0)[1])
        else:
            return


def silence_libraries() -> None:
    """Leaves standard error to this project's own log, which holds no values; what libraries print may hold some."""
    handler = child_handler(os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace"))
    logging.getLogger("triage").addHandler(handler)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


if __name__ == "__main__":
    main()
