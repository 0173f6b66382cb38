"""Runs a job inside the tests' process, over their Spark session.

The job sees the arguments and environment variables of a start of its own.
"""

from __future__ import annotations

import contextlib
import io
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from unittest import mock


def run_in_process(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The exit code and output of `command`, as a process of its own gives them.

    `command` is Python, the job's file and its arguments. What is tested must not be the process: Spark's options of
    the command are those of the tests' session, and its Python workers have the models loaded already.
    """
    _, job, *arguments = command
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict("os.environ", environment, clear=True),
        mock.patch.object(sys, "argv", [job, *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = _exit_code(job)
    return subprocess.CompletedProcess(list(command), code, out.getvalue(), err.getvalue())


def _exit_code(job: str) -> int:
    try:
        runpy.run_path(job, run_name="__main__")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
