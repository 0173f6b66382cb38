from __future__ import annotations

import json
import os
import shlex
import signal
from pathlib import Path
from typing import Any

import pytest

from .conftest import JARS, Copy


def seen(ready: Copy, *words: str, cwd: Path | None = None) -> dict[str, Any]:
    done = ready.start(*words, cwd=cwd)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("code", [0, 1, 2, 75])
def test_exit_code_is_the_jobs_own(ready: Copy, code: int) -> None:
    assert ready.start("jobs/echo.py", str(code)).returncode == code


def test_what_stands_after_the_job_is_the_jobs(ready: Copy) -> None:
    words = ["--conf", "own.yaml", "--set", "lake.root=/a b", "", "*"]
    assert seen(ready, "jobs/echo.py", *words)["arguments"] == words


def test_spark_options_stand_before_the_job(ready: Copy) -> None:
    told = seen(ready, "--master=local[3]", "--conf", "spark.x=a b", "--driver-memory", "2g", "jobs/echo.py")
    assert shlex.split(told["environment"]["PYSPARK_SUBMIT_ARGS"]) == [
        *("--conf", "spark.master=local[3]", "--conf", "spark.x=a b", "--conf", "spark.driver.memory=2g"),
        "pyspark-shell",
    ]


def test_job_has_the_environment_of_the_project(ready: Copy) -> None:
    told = seen(ready, "jobs/echo.py")
    environment = told["environment"]
    assert told["python"] == environment["PYSPARK_PYTHON"] == environment["PYSPARK_DRIVER_PYTHON"]
    assert environment["PYTHONPATH"] == str(ready.root)
    assert environment["GX_ANALYTICS_ENABLED"] == "false"
    assert environment["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert "SPARK_CONF_DIR" not in environment


def test_jars_are_named_by_a_path_that_spark_can_read(ready: Copy) -> None:
    folder = seen(ready, "jobs/echo.py")["environment"]["TRIAGE_JARS"]
    assert not set(folder) & set(" ()[],")
    assert {name: (Path(folder) / name).read_bytes() for name in os.listdir(folder)} == JARS


def test_works_from_any_directory_and_through_a_link(ready: Copy, tmp_path: Path) -> None:
    assert seen(ready, "jobs/echo.py", "x", cwd=tmp_path)["arguments"] == ["x"]
    link = tmp_path / "run it"
    link.symlink_to(ready.root / "spark-submit.sh")
    linked = Copy(ready.root, ready.environment)
    linked.command = lambda words: [str(link), *words]  # type: ignore[method-assign]
    assert seen(linked, "jobs/echo.py", "y", cwd=tmp_path)["arguments"] == ["y"]


def test_a_job_near_the_caller_comes_first(ready: Copy, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("print('[]')")
    assert ready.start("own.py", cwd=tmp_path).stdout == "[]\n"


def test_a_later_start_is_quick_and_says_nothing(ready: Copy) -> None:
    began = os.times()
    done = ready.start("setup")
    ended = os.times()
    spent = ended.children_user + ended.children_system - began.children_user - began.children_system
    assert spent < 1  # processor time, so that a busy machine does not count
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_reaches_the_job(ready: Copy, number: signal.Signals) -> None:
    job = ready.launch("jobs/echo.py", "sleep")
    assert job.stdout is not None
    assert job.stdout.readline() == "ready\n"
    job.send_signal(number)
    job.communicate(timeout=10)
    assert job.returncode == -number


def test_help_names_the_commands(ready: Copy) -> None:
    done = ready.start("--help")
    assert done.returncode == 0
    assert "tests" in done.stdout
    assert "setup" in done.stdout


@pytest.mark.slow
def test_a_changed_lock_means_a_new_environment(copy: Copy) -> None:
    assert copy.start("setup").returncode == 0
    lock = copy.root / "conf" / "jars" / "jars.lock"
    lock.write_text(lock.read_text().splitlines()[0] + "\n")
    told = seen(copy, "jobs/echo.py")
    assert os.listdir(told["environment"]["TRIAGE_JARS"]) == ["tiny-1.jar"]
    assert {name.split("-")[0] for name in os.listdir(copy.root / ".env")} >= {"venv", "jars"}
