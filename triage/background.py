"""Work beside other work of a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread


@contextmanager
def in_background(work: Callable[[], object]) -> Iterator[None]:
    """Does `work` in a thread meanwhile, and waits for its end.

    For what is done ahead only. Its errors are dropped: who needs the work later does it again, and raises them.
    """
    thread = Thread(target=_quietly, args=(work,))
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _quietly(work: Callable[[], object]) -> None:
    with suppress(Exception):
        work()
