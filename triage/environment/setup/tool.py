"""Runs tools (pip, uv, Ivy, Python) with their output in a log file, which is watched for progress.

Several may run at once, each in a thread of its own. Only the main thread gets signals, so it stops the others' tools.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

_PAUSE = 0.25
_stopping = Event()


class Stopped(Exception):
    """The set-up ends, and with it the tool that a thread waits for."""


@contextmanager
def side_by_side(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that run tools; whatever ends the block early ends their tools, too."""
    _stopping.clear()
    with ThreadPoolExecutor(workers) as threads:
        try:
            yield threads
        except BaseException:
            _stopping.set()
            threads.shutdown(wait=False, cancel_futures=True)
            raise


def results(futures: Sequence[Future[None]]) -> None:
    """Waits for all, so that what can be done is done, then raises the first error of any."""
    errors = [error for future in futures if (error := future.exception())]
    if errors:
        raise errors[0]


def run_tool(
    command: Sequence[str],
    log: Path,
    environ: Mapping[str, str],
    watch: Callable[[str], None],
    folder: Path,
) -> bool:
    """Whether `command`, run in `folder`, succeeded; `watch` gets the whole output so far, several times a second.

    An error or Ctrl-C here ends the process; what a killed start leaves behind holds the set-up's lock until it ends.
    Raises Stopped where the set-up ends.
    """
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environ),
            cwd=folder,
            close_fds=False,  # the set-up's lock goes along: what outlives a killed start still writes
        )
        try:
            while not _ended(process):
                if _stopping.is_set():
                    raise Stopped
                watch(log.read_text(encoding="utf-8", errors="replace"))
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    return process.returncode == 0


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=_PAUSE)
    except subprocess.TimeoutExpired:
        return False
    return True
