"""Runs pip and Ivy with their output in a log file, which is watched for progress."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PAUSE = 0.25


def run_tool(
    command: Sequence[str],
    log: Path,
    environ: Mapping[str, str],
    watch: Callable[[str], None],
    folder: Path,
) -> bool:
    """Whether `command`, run in `folder`, succeeded; `watch` gets the whole output so far, several times a second.

    An error or Ctrl-C here ends the process; what a killed start leaves behind holds the set-up's lock until it ends.
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
