"""Progress on standard error: a live line on a terminal, a line a stage elsewhere, records where logs are JSON."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark import SparkContext
from rich.console import Console

from triage.telemetry.current import Stage, begun_stage
from triage.telemetry.log_format import event, is_json
from triage.telemetry.spans import record_stage

_log = logging.getLogger(__name__)

REFRESH_SECONDS = 0.5
LOG_SECONDS, LONGEST_LOG_SECONDS = 30.0, 1_800.0
"""A stage that goes on is logged again after the first, and then each time after twice as long, up to the second: a
stage of ten hours is some 25 lines."""


class Progress:
    """Shows which stage is at work, how many of its Spark tasks are done, and how long it took."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def log(self, text: str) -> None:
        """Prints one line."""
        if is_json():
            event(_log, text)
        else:
            self.console.print(f"  {text}", markup=False)

    @contextmanager
    def stage(self, name: str, note: str = "") -> Iterator[Stage]:
        """Shows a stage while its block runs, and where it ends its seconds and the counts that the block gave it."""
        with begun_stage(name, note) as stage:
            done = threading.Event()
            watcher = threading.Thread(target=self._watch, args=(stage, done), daemon=True)
            if is_json():
                event(_log, "stage started", note=note)
            watcher.start()
            try:
                yield stage
            except BaseException as fault:
                stage.error = type(fault).__name__
                raise
            finally:
                done.set()
                watcher.join()
                self._end(stage)

    def _end(self, stage: Stage) -> None:
        seconds = round(stage.seconds, 3)
        record_stage(stage)
        if is_json():
            level, what = (logging.WARNING, "stage failed") if stage.error else (logging.INFO, "stage ended")
            event(_log, what, level, note=stage.note, seconds=seconds, counts=stage.counts, error=stage.error or None)
            return
        counts = "".join(f", {count:,} {what}" for what, count in stage.counts.items())
        self.console.print(f"  {_title(stage)}  {seconds:.1f} s{counts}", markup=False)

    def _watch(self, stage: Stage, done: threading.Event) -> None:
        if self.console.is_terminal and not is_json():
            with self.console.status(_title(stage)) as status:
                while not done.wait(REFRESH_SECONDS):
                    status.update(_line(stage))
            return
        pause = LOG_SECONDS
        while not done.wait(pause):
            self._log_work(stage)
            pause = min(2 * pause, LONGEST_LOG_SECONDS)

    def _log_work(self, stage: Stage) -> None:
        if is_json():
            done, planned = _tasks()
            event(
                _log,
                "stage at work",
                note=stage.note,
                seconds=round(stage.seconds, 3),
                tasks_done=done,
                tasks_planned=planned,
            )
        else:
            self.console.print(f"  {_line(stage)}", markup=False)


def _title(stage: Stage) -> str:
    return f"{stage.name:<11} {stage.note}".rstrip()


def _line(stage: Stage) -> str:
    done, planned = _tasks()
    tasks = f"task {done} of {planned}, " if planned else ""
    return f"{_title(stage)}  {tasks}{stage.seconds:.0f} s"


def _tasks() -> tuple[int, int]:
    """Done and planned tasks of the Spark stages now at work; 0 and 0 where none is."""
    context = SparkContext._active_spark_context
    if context is None:
        return 0, 0
    try:
        tracker = context.statusTracker()
        infos = [info for stage in tracker.getActiveStageIds() if (info := tracker.getStageInfo(stage))]
    except Exception:  # noqa: BLE001 - a session that ends while we look is no fault of the run
        return 0, 0
    return sum(info.numCompletedTasks for info in infos), sum(info.numTasks for info in infos)
