"""Standard error where jobs log JSON: every line is an object with the ids of the start and the stage."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from rich.console import Console

from triage.cli import job_parser, progress_console, run_job
from triage.errors import TransientError
from triage.progress import Progress
from triage.telemetry.current import current_job
from triage.telemetry.log_format import VARIABLE

ARGUMENTS = ["--log-format", "json"]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def job(work: Callable[[], object], arguments: list[str] = ARGUMENTS) -> Callable[[], int]:
    def main() -> int:
        job_parser("a job").parse_args(arguments)
        work()
        return 0

    return main


def fail(fault: BaseException) -> Callable[[], object]:
    def work() -> None:
        raise fault

    return work


def staged() -> None:
    progress = Progress(progress_console)
    progress.log("two files of five")
    with progress.stage("ingest", "batch 1 of 2") as stage:
        stage.counts["new"] = 7


def test_a_stage_has_its_ids_seconds_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_job(job(staged)) == 0
    said, started, ended = lines(capsys)
    assert said["message"] == "two files of five"
    assert (started["message"], ended["message"]) == ("stage started", "stage ended")
    assert started["stage"] == ended["stage"] == "ingest"
    assert started["stage_id"] == ended["stage_id"]
    assert re.fullmatch("[0-9a-f]{16}", ended["stage_id"])
    assert re.fullmatch("[0-9a-f]{32}", ended["attempt"])
    assert said["attempt"] == ended["attempt"]
    assert "stage" not in said
    assert ended["counts"] == {"new": 7}
    assert ended["seconds"] >= 0
    assert ended["level"] == "INFO"
    assert datetime.fromisoformat(ended["time"]).tzinfo is not None


def test_two_starts_have_two_ids(capsys: pytest.CaptureFixture[str]) -> None:
    run_job(job(staged))
    run_job(job(staged))
    assert len({line["attempt"] for line in lines(capsys)}) == 2


FAULTS = {
    "an error of the job": (TransientError("busy", remedy="Wait."), 75, "TransientError", "busy Wait."),
    "a stop": (KeyboardInterrupt(), 130, "KeyboardInterrupt", "Stopped."),
    "a full disk": (OSError(28, "No space left on device"), 75, "builtins.OSError", "The disk is full."),
    "an unforeseen error": (ValueError("Jane Roe, 555-0100"), 1, "builtins.ValueError", "Failed with"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_end_of_a_failed_job_is_one_record(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    fault, code, error, words = FAULTS[name]
    assert run_job(job(fail(fault))) == code
    (line,) = lines(capsys)
    assert (line["level"], line["error"], line["exit_code"]) == ("ERROR", error, code)
    assert line["message"].startswith(words)
    assert "Jane" not in json.dumps(line)
    if code == 1:
        assert any("test_json_logs.py" in place for place in line["places"])


def test_what_libraries_print_and_log_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        print("half a ", end="", file=sys.stderr)
        print('line with "quotes"', file=sys.stderr)
        logging.getLogger("library").warning("of a %s", "library")
        Console(stderr=True).print("[red]rich[/red]")

    run_job(job(work))
    found = lines(capsys)
    assert [(line["logger"], line["message"]) for line in found[:2]] == [
        ("stderr", 'half a line with "quotes"'),
        ("library", "of a library"),
    ]
    assert found[-1]["message"] == "rich"


def test_an_exception_in_a_record_shows_its_type_only(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        try:
            raise ValueError("Jane Roe")
        except ValueError:
            logging.getLogger("library").exception("it failed")

    run_job(job(work))
    (line,) = lines(capsys)
    assert line["error"] == "ValueError"
    assert "Jane" not in json.dumps(line)


def test_lines_of_threads_do_not_mix(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        barrier = threading.Barrier(8)

        def write(number: int) -> None:
            barrier.wait()
            for _ in range(50):
                for part in (f"<{number}", f"-{number}", ">\n"):
                    sys.stderr.write(part)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    run_job(job(work))
    found = [line["message"] for line in lines(capsys)]
    assert sorted(found) == sorted(f"<{number}-{number}>" for number in range(8) for _ in range(50))


def test_all_is_as_before_after_the_job() -> None:
    before = sys.stderr, list(logging.getLogger().handlers)
    run_job(job(staged))
    assert (sys.stderr, list(logging.getLogger().handlers)) == before
    assert current_job().attempt == ""


def test_the_environment_chooses_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "json")
    run_job(job(staged, []))
    assert len(lines(capsys)) == 3


def test_the_option_wins_over_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "json")
    run_job(job(staged, ["--log-format", "text"]))
    assert capsys.readouterr().err.startswith("  two files of five\n  ingest      batch 1 of 2  0.")


def test_a_wrong_format_in_the_environment(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "xml")
    assert run_job(job(staged, [])) == 2
    assert "Set it to text or json." in capsys.readouterr().err


def test_wrong_use_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run_job(job(staged, [*ARGUMENTS, "--nonsense"]))
    assert "--nonsense" in lines(capsys)[-1]["message"]


def test_plain_lines_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage of a simulated ten hours, by waits that are counted and not waited for."""
    waits: list[float] = []

    class Patient(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            return sum(waits) > 36_000

    out = io.StringIO()
    progress = Progress(Console(file=out))
    with progress.stage("label") as stage:
        pass
    progress._watch(stage, Patient())
    assert len(waits) < 30
    assert waits[:3] == [30, 60, 120]
    assert len(out.getvalue().splitlines()) == len(waits)
