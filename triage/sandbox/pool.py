"""A function of rows in a process of its own: a row that exhausts, blocks or kills it costs that row only.

Three processes take part. The caller (a Spark Python worker) has a *host* (triage.sandbox.host), in which all is loaded that the
function needs, models above all. The host forks a *child*, which does the work under limits of the kernel: processor time
(RLIMIT_CPU, whose SIGXCPU ends C code, too) and memory (RLIMIT_DATA). When a child ends, the next one is a fork away,
with the models there already. Host and child die with the caller.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from triage.config import LimitSettings
from triage.reasons import Reason
from triage.sandbox.host import BROKEN, Build, deadline, host_for

BATCHES_OF_CHILD = 500
"""After so many a child is replaced by a new one, because what libraries keep of words seen (spaCy's vocabulary) grows."""
_WALL_PER_CPU = 10

Held = Callable[[Any, Reason], Any]
"""What becomes of a row that ended its child alone: of the row and the reason."""

Split = Callable[[Sequence[Any]], Iterable[Sequence[Any]]]
"""Rows as the parts that must not be taken apart without need."""


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


@dataclass(slots=True)
class _Child:
    process: int
    """Its handle."""

    channel: socket.socket
    batches: int = 0
    """How many it was asked for."""

    def kill(self) -> None:
        """Ends it, if it still lives."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.process, signal.SIGKILL)

    def close(self) -> None:
        """Lets go of it."""
        self.channel.close()
        os.close(self.process)


class Guard:
    """Runs a function of rows in children of one host.

    `zygote` is the address of a process that may have loaded the function. Raises the host's own TriageError when it
    cannot load, and PrivacyError when it ends or says nothing.
    """

    def __init__(self, build: Build, bounds: Bounds, zygote: str | None = None) -> None:
        self.build, self.bounds = build, bounds
        self._child: _Child | None = None
        self._host = host_for(build, bounds, zygote)

    def run(self, rows: Sequence[Any], held: Held, split: Split | None = None) -> Iterator[Any]:
        """The results of a batch. Where it fails as a whole, its parts, and of these that fails each row, are tried anew.

        `split` gives the parts of rows that belong together; each has a child of its own. A row that fails alone
        becomes `held(row, code)`. Raises what TriageError the function raises.
        """
        if not rows:
            return
        was_fresh = self._child is None or self._child.batches == 0
        answer = self._ask(rows)
        if isinstance(answer, list):
            yield from answer
        elif len(rows) == 1 and was_fresh:
            yield held(rows[0], answer)
        else:
            parts = list(split(rows)) if split else []
            for part in parts if len(parts) > 1 else [[row] for row in rows]:
                self._end_child()
                yield from self.run(part, held, split)

    @property
    def is_usable(self) -> bool:
        """Whether the host lives."""
        return self._host.is_usable

    def close(self) -> None:
        """Ends host and child."""
        self._host.end()
        if self._child:
            self._child.close()

    def _ask(self, rows: Sequence[Any]) -> list[Any] | Reason:
        """The child's results, or the code of what ended it. A child that gave no results is not asked again."""
        child = self._child = self._child or _Child(*self._host.fork())
        child.batches += 1
        with deadline(self.bounds.wall_seconds, child.kill) as is_over:
            kind, value = _exchange(child.channel, list(rows))
        if kind == "done":
            if child.batches >= BATCHES_OF_CHILD:
                self._end_child()
            return list(value)
        status = self._end_child()
        if kind == "fault":
            raise value
        if is_over.is_set():
            return Reason.TIME_LIMIT
        by_code = {"memory": Reason.MEMORY_LIMIT, "raised": Reason.DETECTOR_FAILED}
        by_signal = Reason.CPU_LIMIT if os.WTERMSIG(status) == signal.SIGXCPU else Reason.DETECTOR_KILLED
        return by_code.get(kind, by_signal)

    def _end_child(self) -> int:
        """Kills the child, if it still lives, and gives its wait status."""
        child, self._child = self._child, None
        if child is None:
            return 0
        try:
            child.kill()
            return self._host.wait()
        finally:
            child.close()


def running(build: Build, bounds: Bounds, zygote: str | None = None) -> Guard:
    """The guard of this process, started on first use and again when another function or bound is asked for."""
    current = _guards.get(os.getpid())
    if current and current.is_usable and (current.build, current.bounds) == (build, bounds):
        return current
    if current:
        current.close()
    _guards.clear()  # a guard of a process that forked this one is not ours to use or close
    return _guards.setdefault(os.getpid(), Guard(build, bounds, zygote))


_guards: dict[int, Guard] = {}


def _exchange(channel: socket.socket, rows: list[Any]) -> tuple[str, Any]:
    """What a child answers; `ended` when it ended instead. It may answer before it has read all."""
    stream = channel.makefile("rwb")
    try:
        with contextlib.suppress(OSError):
            pickle.dump(rows, stream, protocol=5)
            stream.flush()
        kind, value = pickle.load(stream)  # noqa: S301 - from our own process
    except BROKEN:
        return "ended", None
    return kind, value
