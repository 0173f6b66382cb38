"""What a person sees while a statement takes long."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import pyarrow as pa
from rich.console import Console

from triage.query.engines.engine import Engine

_PATIENCE_SECONDS = 2.0
_REFRESH_SECONDS = 0.5


@contextmanager
def shown_progress(console: Console) -> Iterator[Callable[[Engine], None]]:
    """On a terminal, a line with the time and, where it is known, the share of the work, after two seconds.

    It gives a function that is to be told which engine works.
    """
    engines: list[Engine] = []
    if not console.is_terminal:
        yield engines.append
        return
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(console, engines, done), daemon=True)
    watcher.start()
    try:
        yield engines.append
    finally:
        done.set()
        watcher.join()


def _watch(console: Console, engines: list[Engine], done: threading.Event) -> None:
    begun = monotonic()
    if done.wait(_PATIENCE_SECONDS):
        return
    with console.status("") as status:
        while not done.wait(_REFRESH_SECONDS):
            share = engines[-1].progress() if engines else None
            part = f", {share:.0%} done" if share else ""
            status.update(f"{monotonic() - begun:.0f} s{part}; Ctrl-C stops it")


def begun_reading(rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """The same rows, of which the first batch, on which an engine works longest, is there."""
    first = next(iter(rows), None)

    def batches() -> Iterator[pa.RecordBatch]:
        if first is not None:
            yield first
            yield from rows

    return pa.RecordBatchReader.from_batches(rows.schema, batches())
