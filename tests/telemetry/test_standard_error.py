"""A standard error that cannot be written, as on a full disk, changes neither what a job does nor how it ends."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from triage.config import PROJECT
from triage.telemetry.json_lines import JsonHandler, LinesToLog
from triage.telemetry.log_format import VARIABLE, restored_logging, use_format
from triage.telemetry.standard_error import LossyStream

FULL = Path("/dev/full")
JOB = """
import logging, sys, warnings
from triage.cli import exit_with, progress_console
from triage.errors import TransientError
from triage.progress import Progress

def main():
    progress = Progress(progress_console)
    progress.log("one file")
    with progress.stage("ingest") as stage:
        stage.counts["new"] = 7
    print("a library's line", file=sys.stderr, flush=True)
    sys.stderr.write("a longer text " * 10_000 + "\\n")
    warnings.warn("a warning")
    logging.getLogger("library").warning("of a library")
    print("done")
    raise TransientError("The server is busy.", remedy="Wait.")

exit_with(main)
"""


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("name", ["text", "json"])
def test_a_job_ends_as_it_would_with_a_disk_that_is_not_full(name: str) -> None:
    environ = os.environ | {VARIABLE: name, "PYTHONPATH": str(PROJECT)}
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", JOB],
            check=False,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
            timeout=120,
        )
    assert (done.returncode, done.stdout) == (75, "done\n")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_what_cannot_be_written_is_dropped() -> None:
    with FULL.open("w", buffering=1) as full:
        stream = LossyStream(full)
        assert stream.write("a line\n") == 7
        stream.flush()
        assert (stream.fileno(), stream.isatty(), stream.encoding) == (full.fileno(), False, full.encoding)
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())  # else closing it fails


def test_lines_that_logging_prints_about_itself_do_not_come_back(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    with restored_logging():
        use_format("json")
        assert isinstance(sys.stderr, LinesToLog)
        # a library's own handler, which writes what it gets to standard error
        root.addHandler(logging.StreamHandler(sys.stderr))
        print("once", file=sys.stderr)
    assert capsys.readouterr().err.count('"message": "once"') == 1


def test_a_record_that_cannot_be_made_is_dropped() -> None:
    out = io.StringIO()
    handler = JsonHandler(out)
    for text in ("%d", "the next %s"):
        handler.handle(logging.LogRecord("library", logging.WARNING, __file__, 1, text, ("no number",), None))
    [line] = out.getvalue().splitlines()
    assert json.loads(line)["message"] == "the next no number"
