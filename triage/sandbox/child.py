"""A child: runs the function on one batch after another, under the limits of its bounds."""

from __future__ import annotations

import os
from typing import NoReturn

from triage.errors import TriageError
from triage.reasons import Reason
from triage.sandbox.limits import Bounds, die_with_parent, limit_cpu, limit_memory
from triage.sandbox.protocol import Channel, Failed, JobFault, Results, Work, encode


def serve(handle: int, work: Work, bounds: Bounds) -> NoReturn:
    """The life of a child, from the fork to its end: rows in, rows out, until nobody asks or a limit ends it."""
    try:
        die_with_parent()
        limit_memory(bounds.memory_bytes)
        channel = Channel.from_handle(handle)
        while _serve_batch(channel, work, bounds):
            pass
    finally:
        os._exit(0)  # what the host registered to be done at its exit is not the child's to do


def _serve_batch(channel: Channel, work: Work, bounds: Bounds) -> bool:
    """Answers one batch; whether the child is fit for another."""
    try:
        rows = channel.receive()
        limit_cpu(bounds.cpu_seconds)
        results = encode(Results(list(work(rows))))
    except EOFError:
        return False
    except MemoryError:
        channel.send(Failed(Reason.MEMORY_LIMIT))
    except TriageError as error:
        channel.send(JobFault(error))
    except Exception:  # noqa: BLE001 - any error must cost a mail, not the run, and its text may be the mail's
        channel.send(Failed(Reason.DETECTOR_FAILED))
    else:
        channel.send_encoded(results)
        return True
    return False
