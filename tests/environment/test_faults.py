from __future__ import annotations

import errno
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.environment.faults import SetupFault, TryAgain, UnsuitableMachine, of_log, of_os_error

from .conftest import Copy

_CLOSED = "http://127.0.0.1:9/"


def java(release: str) -> str:
    return f"echo 'openjdk version \"{release}\" 2020-01-01' >&2"


def one_sentence(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith("triage: [")]
    assert len(lines) == 1, text
    return lines[0]


@pytest.mark.parametrize(
    ("programs", "words"),
    [
        pytest.param({}, ["Java was not found", "install Java 17"], id="none"),
        pytest.param({"java": java("11.0.2")}, ["Java 11.0.2", "Java 17 is needed"], id="eleven"),
        pytest.param({"java": java("1.8.0_392")}, ["Java 8.0_392", "Java 17 is needed"], id="eight"),
        pytest.param({"java": java("21")}, ["Java 21", "Java 17 is needed"], id="twenty-one"),
        pytest.param({"java": "exit 1"}, ["does not run", "install Java 17"], id="broken"),
    ],
)
def test_java(copy: Copy, path_with: Callable[..., str], programs: dict[str, str], words: list[str]) -> None:
    copy.environment.pop("JAVA_HOME", None)
    done = copy.start("setup", PATH=path_with(**programs))
    assert done.returncode == 2
    sentence = one_sentence(done.stderr)
    assert [word for word in words if word not in sentence] == []
    assert not (copy.root / ".env").exists()


def test_java_home_without_java(copy: Copy, tmp_path: Path) -> None:
    done = copy.start("setup", JAVA_HOME=str(tmp_path))
    assert done.returncode == 2
    assert f"JAVA_HOME is {tmp_path}" in one_sentence(done.stderr)


def test_python_is_missing(copy: Copy, path_with: Callable[..., str]) -> None:
    path = path_with(python3="echo 'Python 3.9'; exit 1")
    done = copy.start("setup", PATH=path, TRIAGE_PYTHON="")
    assert done.returncode == 2
    assert "Python 3.11 was not found" in one_sentence(done.stderr)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["jobs/nigthly.py"], "there are: jobs/echo.py", id="unknown-job"),
        pytest.param(["job/ehco.py"], "near to it: jobs/echo.py", id="misspelt-job"),
        pytest.param(["jobs"], "There is no job 'jobs'", id="folder"),
        pytest.param([], "No job was named", id="nothing"),
        pytest.param(["jobs/echo.py", "--master", "local[1]"], "put it before the job's name", id="order"),
        pytest.param(["--source", "x", "jobs/echo.py"], "--source is no Spark option", id="job-option-first"),
        pytest.param(["--conf", "own.yaml", "jobs/echo.py"], "needs KEY=VALUE", id="settings-first"),
        pytest.param(["--master"], "--master needs a value", id="no-value"),
    ],
)
def test_wrong_use_is_told_before_anything_is_installed(copy: Copy, words: list[str], told: str) -> None:
    done = copy.start(*words)
    assert done.returncode == 2
    assert told in done.stderr
    assert not (copy.root / ".env").exists()


@pytest.mark.slow
def test_no_package_index(copy: Copy) -> None:
    wheels = copy.environment.pop("PIP_FIND_LINKS")
    done = copy.start("setup", PIP_NO_INDEX="0", PIP_INDEX_URL=_CLOSED)
    assert done.returncode == 75
    assert "check the network, proxy or mirror" in one_sentence(done.stderr)
    assert copy.start("setup", PIP_FIND_LINKS=wheels).returncode == 0


@pytest.mark.slow
def test_no_jar_repository(copy: Copy) -> None:
    settings = copy.root / "conf" / "jars" / "ivysettings.xml"
    working = settings.read_text()
    settings.write_text(working.replace((copy.root / "repository").as_uri() + "/", _CLOSED))
    done = copy.start("setup")
    assert done.returncode == 75
    assert "Fetching the jars: the download failed" in one_sentence(done.stderr)
    settings.write_text(working)
    again = copy.start("setup")
    assert again.returncode == 0, again.stderr
    assert "[2/5]" not in again.stderr


@pytest.mark.slow
def test_half_a_jar(copy: Copy) -> None:
    jar = next(copy.root.glob("repository/**/tiny-1.jar"))
    whole = jar.read_bytes()
    jar.write_bytes(whole[:3])
    done = copy.start("setup")
    assert done.returncode == 75
    assert "tiny-1.jar is missing or differs" in one_sentence(done.stderr)
    jar.write_bytes(whole)
    assert copy.start("setup").returncode == 0


@pytest.mark.slow
def test_a_package_that_differs_from_the_lock(copy: Copy) -> None:
    lock = copy.root / "conf" / "requirements.lock"
    lock.write_text(lock.read_text().split("sha256:")[0] + "sha256:" + "0" * 64 + "\n")
    done = copy.start("setup")
    assert done.returncode == 75
    assert "differs from the lock" in one_sentence(done.stderr)


@pytest.mark.slow
def test_a_half_built_environment_is_built_anew(copy: Copy) -> None:
    assert copy.start("setup").returncode == 0
    venv = (copy.root / ".env" / "venv").resolve()
    (venv / ".complete").unlink()
    shutil.rmtree(venv / "lib")
    done = copy.start("jobs/echo.py")
    assert done.returncode == 0, done.stderr
    assert "[2/5]" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0.3, 3.0])
def test_a_killed_start_hurts_no_later_one(copy: Copy, pause: float) -> None:
    first = copy.launch("setup")
    time.sleep(pause)
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=30)
    done = copy.start("jobs/echo.py")
    assert done.returncode == 0, done.stderr


def test_a_terminated_start_takes_its_tools_along(copy: Copy) -> None:
    first = copy.launch("setup")
    time.sleep(2)
    first.terminate()
    first.communicate(timeout=30)
    assert first.returncode == 128 + signal.SIGTERM


@pytest.mark.slow
def test_two_starts_at_once(copy: Copy) -> None:
    starts = [copy.launch("jobs/echo.py") for _ in range(3)]
    told = [start.communicate(timeout=120)[1] for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0], told
    assert sum("[2/5]" in text for text in told) == 1
    assert sum("another start is setting up" in text for text in told) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_project_that_cannot_be_written(copy: Copy) -> None:
    copy.root.chmod(0o555)
    done = copy.start("setup")
    copy.root.chmod(0o755)
    assert done.returncode == 2
    assert "set TRIAGE_ENV" in one_sentence(done.stderr)


@pytest.mark.parametrize(
    ("output", "fault", "told"),
    [
        pytest.param(
            "ERROR: Could not install: [Errno 28] No space left on device",
            TryAgain,
            "no space left",
            id="pip-disk",
        ),
        pytest.param("java.io.IOException: No space left on device", TryAgain, "no space left", id="ivy-disk"),
        pytest.param("Failed to establish: Temporary failure in name resolution", TryAgain, "network", id="pip-name"),
        pytest.param(
            "\tServer access error at url x (java.net.UnknownHostException)",
            TryAgain,
            "network",
            id="ivy-name",
        ),
        pytest.param(
            "error: Failed to fetch: http://x/\n  cause: error sending request for url (http://x/)\n"
            "  cause: tcp connect error",
            TryAgain,
            "network",
            id="uv-closed",
        ),
        pytest.param("  cause: Hash mismatch for `six==1`", TryAgain, "differs from the lock", id="uv-hash"),
        pytest.param(
            "error: failed to write to file: No space left on device (os error 28)",
            TryAgain,
            "no space left",
            id="uv-disk",
        ),
        pytest.param("urllib3 IncompleteRead(10 bytes read)", TryAgain, "network", id="pip-half"),
        pytest.param(
            "ERROR: No matching distribution found for six==99",
            TryAgain,
            "six==99 is not on",
            id="pip-absent",
        ),
        pytest.param("\tmodule not found: org#tiny;1", TryAgain, "org#tiny;1 is not on", id="ivy-absent"),
        pytest.param("Segmentation fault", SetupFault, "read", id="unforeseen"),
    ],
)
def test_the_sentence_behind_a_log(tmp_path: Path, output: str, fault: type[SetupFault], told: str) -> None:
    log = tmp_path / "tool.log"
    log.write_text(output)
    found = of_log("Installing", log)
    assert type(found) is fault
    assert told in str(found)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, TryAgain),
        (errno.EDQUOT, TryAgain),
        (errno.EROFS, UnsuitableMachine),
        (errno.EIO, SetupFault),
    ],
    ids=["full", "quota", "read-only", "broken"],
)
def test_the_sentence_behind_an_os_error(tmp_path: Path, number: int, fault: type[SetupFault]) -> None:
    assert type(of_os_error(OSError(number, os.strerror(number)), tmp_path)) is fault
