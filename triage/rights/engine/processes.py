"""Python work over all cores of this machine, in processes that are forked for one call."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

_work: Callable[[Any], list[Any]] | None = None
"""What the children of the call at hand do; they are forked after it is set, so that nothing of it is pickled."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def spread_over(chunks: Iterable[Any], work: Callable[[Any], list[Any]], processes: int) -> Iterator[list[Any]]:
    """What `work` makes of each chunk, in order; chunks and results are pickled, and an error is raised here.

    The children run `work` only and end with this call. Arrow and the locks of Python's own modules are ready for a
    fork; delta-rs' threads are not, so `work` may not open a table.
    """
    global _work  # noqa: PLW0603 - a forked child sees it as it was at the fork
    if processes < 2:
        yield from map(work, chunks)
        return
    _work = work
    try:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            yield from _bounded(pool, chunks, 2 * processes)
    finally:
        _work = None


def _bounded(pool: Any, chunks: Iterable[Any], most: int) -> Iterator[list[Any]]:
    """In order, with at most so many chunks on their way: a pool's own `imap` reads all chunks ahead."""
    waiting: list[Any] = []
    for chunk in chunks:
        waiting.append(pool.apply_async(_run, (chunk,)))
        if len(waiting) >= most:
            yield waiting.pop(0).get()
    for one in waiting:
        yield one.get()


def _run(chunk: Any) -> list[Any]:
    assert _work is not None
    return _work(chunk)
