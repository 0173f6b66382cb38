"""The log of attempts: what it holds of jobs that succeed, fail and are killed, and that it harms none."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from triage.config import PROJECT
from triage.errors import ConfigError, TransientError
from triage.monitoring.service import attempts
from triage.monitoring.service.attempts import FILE, OLDER_FILE, logged_attempt, read_attempts


def succeed(folder: Path, job: str = "nightly", run_id: str = "run-1", code: int = 0) -> None:
    with logged_attempt(folder, job) as outcome:
        outcome.run_id, outcome.exit_code = run_id, code


@pytest.mark.parametrize("code", [0, 1], ids=["success", "a failed gate"])
def test_an_end_is_logged_with_its_run(tmp_path: Path, code: int) -> None:
    succeed(tmp_path / "reports", code=code)
    [found] = read_attempts(tmp_path / "reports")
    assert (found.job, found.exit_code, found.run_id) == ("nightly", code, "run-1")
    assert found.ended_at is not None and found.ended_at >= found.started_at


@pytest.mark.parametrize(("fault", "code"), [
    (ConfigError("x"), 2), (TransientError("x"), 75), (KeyboardInterrupt(), 130), (RuntimeError("Jane Roe"), 1),
    (OSError(28, "No space left on device"), 75),
], ids=lambda value: str(value) if isinstance(value, int) else type(value).__name__)  # fmt: skip
def test_a_fault_is_logged_by_its_exit_code_and_passed_on(tmp_path: Path, fault: BaseException, code: int) -> None:
    with pytest.raises(type(fault)), logged_attempt(tmp_path, "replay"):
        raise fault
    [found] = read_attempts(tmp_path)
    assert (found.job, found.exit_code) == ("replay", code)
    assert "Jane" not in (tmp_path / FILE).read_text()


def test_a_killed_job_has_no_end(tmp_path: Path) -> None:
    code = (
        "import os, signal, pathlib; from triage.monitoring.service.attempts import logged_attempt\n"
        f"with logged_attempt(pathlib.Path({str(tmp_path)!r}), 'nightly'): os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, env=os.environ | {"PYTHONPATH": str(PROJECT)})
    assert done.returncode == -signal.SIGKILL
    [found] = read_attempts(tmp_path)
    assert (found.ended_at, found.exit_code) == (None, None)


BROKEN: dict[str, str] = {
    "half a line": '{"attempt": "a", "event": "sta',
    "no JSON": "hello",
    "no mapping": "[1]",
    "an end without a start": '{"attempt": "z", "event": "end", "at": "2026-01-01T00:00:00+00:00"}',
    "no time": '{"attempt": "a", "event": "start", "job": "nightly", "at": "yesterday"}',
    "another event": '{"attempt": "a", "event": "pause", "at": "2026-01-01T00:00:00+00:00"}',
    "no text": "\udcff\udcfe",
    "an infinite exit code": '{"attempt": "a", "event": "start", "job": "nightly", "at": "2026-01-01T00:00:00+00:00"}\n'
    '{"attempt": "a", "event": "end", "at": "2026-01-01T00:00:00+00:00", "exit_code": Infinity, "run_id": "a"}',
    "deeply nested": "[" * 200_000,
    "a time before all others": '{"attempt": "a", "event": "start", "job": "x", "at": "0001-01-01T00:00:00+23:00"}',
}


@pytest.mark.parametrize("line", BROKEN.values(), ids=BROKEN)
def test_a_broken_line_is_left_out(tmp_path: Path, line: str) -> None:
    succeed(tmp_path, run_id="before")
    with (tmp_path / FILE).open("ab") as file:
        file.write(line.encode("utf-8", "surrogateescape"))
    succeed(tmp_path, run_id="after")
    assert [one.run_id for one in read_attempts(tmp_path) if one.run_id] == ["before", "after"]


def a_file(folder: Path) -> None:
    folder.write_text("a file")


def a_log_that_is_a_folder(folder: Path) -> None:
    (folder / FILE).mkdir(parents=True)


@pytest.mark.parametrize("spoil", [a_file, a_log_that_is_a_folder])
def test_a_log_that_cannot_be_written_stops_no_job(
    tmp_path: Path, spoil: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    spoil(tmp_path / "reports")
    with caplog.at_level(logging.WARNING):
        succeed(tmp_path / "reports")
    assert "attempts.jsonl cannot be written" in caplog.text
    assert read_attempts(tmp_path / "reports") == []


def test_the_log_is_bounded_and_keeps_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST_BYTES", 4_000)
    for number in range(100):
        succeed(tmp_path, run_id=f"run-{number}")
    assert sum((tmp_path / name).stat().st_size for name in (FILE, OLDER_FILE)) < 9_000
    found = [one.run_id for one in read_attempts(tmp_path) if one.run_id]
    assert found[-1] == "run-99"
    assert found == [f"run-{number}" for number in range(100 - len(found), 100)]


def test_lines_of_jobs_at_the_same_time_do_not_mix(tmp_path: Path) -> None:
    code = (
        "import pathlib; from triage.monitoring.service.attempts import logged_attempt\n"
        f"for n in range(50):\n    with logged_attempt(pathlib.Path({str(tmp_path)!r}), 'nightly') as o: o.run_id = 'r'"
    )
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    jobs = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(3)]
    assert [job.wait() for job in jobs] == [0, 0, 0]
    lines = [line for line in (tmp_path / FILE).read_text().splitlines() if line]
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert sum(one.exit_code == 0 for one in read_attempts(tmp_path)) == 150


def test_an_attempt_takes_less_than_5_ms(tmp_path: Path) -> None:
    def seconds() -> float:
        begin = perf_counter()
        succeed(tmp_path)
        return perf_counter() - begin

    assert min(seconds() for _ in range(20)) < 0.005
