"""Progress on standard error: a live line on a terminal, plain lines in a log."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from pyspark import SparkContext
from rich.console import Console

REFRESH_SECONDS = 0.5
LOG_SECONDS = 15.0


class Progress:
    """Shows which stage is at work, how many of its Spark tasks are done, and how long it took."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def log(self, text: str) -> None:
        """Prints one line."""
        self.console.print(f"  {text}", markup=False)

    @contextmanager
    def stage(self, name: str, note: str = "") -> Iterator[None]:
        """Shows a stage while its block runs."""
        title = f"{name:<11} {note}".rstrip()
        begin, done = monotonic(), threading.Event()
        watcher = threading.Thread(target=self._watch, args=(title, begin, done), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
        self.console.print(f"  {title}  {monotonic() - begin:.1f} s", markup=False)

    def _watch(self, title: str, begin: float, done: threading.Event) -> None:
        if self.console.is_terminal:
            with self.console.status(title) as status:
                while not done.wait(REFRESH_SECONDS):
                    status.update(self._line(title, begin))
            return
        while not done.wait(LOG_SECONDS):
            self.console.print(f"  {self._line(title, begin)}", markup=False)

    def _line(self, title: str, begin: float) -> str:
        return f"{title}  {_tasks()}{monotonic() - begin:.0f} s"


def _tasks() -> str:
    """Done and planned tasks of the Spark stages now at work."""
    context = SparkContext._active_spark_context
    if context is None:
        return ""
    try:
        tracker = context.statusTracker()
        infos = [info for stage in tracker.getActiveStageIds() if (info := tracker.getStageInfo(stage))]
    except Exception:  # noqa: BLE001 - a session that ends while we look is no fault of the run
        return ""
    planned = sum(info.numTasks for info in infos)
    return f"task {sum(info.numCompletedTasks for info in infos)} of {planned}, " if planned else ""
