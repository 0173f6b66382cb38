"""Runs a function of rows in a process of its own: a row that exhausts, blocks or kills it costs that row only.

This is the caller's part of triage.sandbox: it hands batches to a child and finds the rows that end it.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from triage.reasons import Reason
from triage.sandbox.client import HostClient, start_host
from triage.sandbox.limits import Bounds, wall_clock_limit
from triage.sandbox.preload import fork_of
from triage.sandbox.protocol import (
    BROKEN,
    Build,
    Channel,
    Failed,
    JobFault,
    Results,
)

BATCHES_OF_CHILD = 500
"""After so many a child is replaced by a new one, because what libraries keep of words seen (spaCy's vocabulary)
grows."""

OnFailure = Callable[[Any, Reason], Any]
"""What becomes of a row that ended its child alone: of the row and the reason."""

Split = Callable[[Sequence[Any]], Iterable[Sequence[Any]]]
"""Rows as the parts that must not be taken apart without need."""


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Which function a sandbox runs, within which bounds."""

    build: Build
    bounds: Bounds
    preloaded_host: str | None = field(default=None, compare=False)
    """Address of a process of this machine that may have loaded the function (triage.sandbox.preload)."""


@dataclass(slots=True)
class _Child:
    process: int
    """A pidfd."""

    channel: Channel
    batches: int = 0
    """How many it was asked for."""

    def kill(self) -> None:
        """Ends it, if it still lives."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.process, signal.SIGKILL)

    def close(self) -> None:
        """Closes its handles."""
        self.channel.close()
        os.close(self.process)


class Sandbox:
    """Runs a function of rows in children of one host.

    Raises the host's own TriageError when it cannot load, and PrivacyError when it ends or does not answer.
    """

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self._child: _Child | None = None
        self._host = _host_for(settings)

    def run(self, rows: Sequence[Any], on_failure: OnFailure, split: Split | None = None) -> Iterator[Any]:
        """The results of a batch, which is retried in parts and then row by row where it fails.

        `split` gives the parts of rows that belong together; each has a child of its own. Only the rows of a part that
        fails are tried one by one, and a row that fails alone becomes `on_failure(row, reason)`. Raises what
        TriageError the function raises.
        """
        if not rows:
            return
        was_fresh = self._child is None or self._child.batches == 0
        answer = self._ask(rows)
        if isinstance(answer, Results):
            yield from answer.rows
        elif len(rows) == 1 and was_fresh:
            yield on_failure(rows[0], answer.reason)
        else:
            parts = list(split(rows)) if split else []
            for part in parts if len(parts) > 1 else [[row] for row in rows]:
                self._end_child()
                yield from self.run(part, on_failure, split)

    @property
    def is_usable(self) -> bool:
        """Whether the host lives."""
        return self._host.is_usable

    def close(self) -> None:
        """Ends host and child."""
        self._host.close()
        if self._child:
            self._child.close()

    def _ask(self, rows: Sequence[Any]) -> Results | Failed:
        """The child's answer, or what ended it. A child that gave no results is not asked again."""
        child = self._child = self._child or _Child(*self._host.fork())
        child.batches += 1
        with wall_clock_limit(self.settings.bounds.wall_seconds, child.kill) as is_over:
            answer = _exchange(child.channel, list(rows))
        if isinstance(answer, Results):
            if child.batches >= BATCHES_OF_CHILD:
                self._end_child()
            return answer
        status = self._end_child()
        if isinstance(answer, JobFault):
            raise answer.error
        if is_over.is_set():
            return Failed(Reason.TIME_LIMIT)
        is_cpu_limit = os.WTERMSIG(status) == signal.SIGXCPU
        return answer or Failed(Reason.CPU_LIMIT if is_cpu_limit else Reason.DETECTOR_KILLED)

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


def _host_for(settings: SandboxSettings) -> HostClient:
    build, bounds, address = settings.build, settings.bounds, settings.preloaded_host
    return (fork_of(address, build, bounds) if address else None) or start_host(build, bounds)


def _exchange(channel: Channel, rows: list[Any]) -> Results | Failed | JobFault | None:
    """What a child answers; None when it ended instead. It may answer before it has read all."""
    try:
        with contextlib.suppress(OSError):
            channel.send(rows)
        answer: Results | Failed | JobFault = channel.receive()
    except BROKEN:
        return None
    return answer


def shared_sandbox(settings: SandboxSettings) -> Sandbox:
    """The sandbox of this process, started on first use and again when another function or bound is asked for."""
    current = _sandboxes.get(os.getpid())
    if current and current.is_usable and current.settings == settings:
        return current
    if current:
        current.close()
    _sandboxes.clear()  # that of a process which forked this one is not ours to use or close
    return _sandboxes.setdefault(os.getpid(), Sandbox(settings))


_sandboxes: dict[int, Sandbox] = {}
"""By process id, so that a fork does not take its parent's for its own."""
