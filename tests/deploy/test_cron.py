"""The cron lines, validated by cron, and the script that they start, run with a project of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, require_job, tool

CRONTAB = DEPLOY / "cron" / "triage.crontab"
SCRIPT = DEPLOY / "cron" / "job.sh"


def check(text: str) -> int:
    command = [tool("crontab", "cron"), "-n", "-"]
    return subprocess.run(command, input=text, text=True, capture_output=True, timeout=30, check=False).returncode


def test_cron_takes_the_lines() -> None:
    assert check(CRONTAB.read_text(encoding="utf-8")) == 0


def test_cron_takes_the_hourly_line_once_its_comment_sign_is_removed() -> None:
    assert check(CRONTAB.read_text(encoding="utf-8").replace("\n#45", "\n45")) == 0


def test_cron_notices_a_wrong_line() -> None:
    assert check("61 1 * * * true\n") != 0


@pytest.mark.parametrize("name", re.findall(r"\$job (\w+)", CRONTAB.read_text(encoding="utf-8")))
def test_each_line_names_a_job(name: str) -> None:
    require_job(name)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose spark-submit.sh notes its arguments and ends with the codes in `codes`, one a start."""
    script = tmp_path / "conf" / "deploy" / "cron" / "job.sh"
    script.parent.mkdir(parents=True)
    shutil.copy(SCRIPT, script)
    launcher = tmp_path / "spark-submit.sh"
    launcher.write_text(
        '#!/bin/sh\ncd "${0%/*}"\necho "$@" >>starts\nread code <codes\nsed -i 1d codes\n'
        'echo "line of $code"\nexit "$code"\n',
        encoding="utf-8",
    )
    launcher.chmod(0o755)
    (tmp_path / "logs").mkdir()
    return tmp_path


def run(project: Path, *codes: int, lasting: int = 30, pause: str = "0") -> subprocess.CompletedProcess[str]:
    (project / "codes").write_text("".join(f"{code}\n" for code in codes), encoding="utf-8")
    environment = {
        "PATH": "/usr/bin:/bin",
        "TRIAGE_LOGS": str(project / "logs"),
        "TRIAGE_RETRY_FOR": str(lasting),
        "TRIAGE_PAUSE": pause,
        "TRIAGE_SETTINGS": "/x/own.yaml",
    }
    command = [str(project / "conf/deploy/cron/job.sh"), "nightly", "--summary", "/x/a b.json"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)


def starts(project: Path) -> list[str]:
    return (project / "starts").read_text(encoding="utf-8").splitlines()


def test_a_job_that_succeeds_prints_nothing_so_that_cron_sends_no_mail(project: Path) -> None:
    result = run(project, 0)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert starts(project) == [
        f"jobs/nightly.py --conf {project}/conf/prod.yaml --conf /x/own.yaml --summary /x/a b.json"
    ]
    assert (project / "logs" / "nightly.log").read_text(encoding="utf-8") == "line of 0\n"


@pytest.mark.parametrize(
    ("codes", "code", "tried"),
    [
        pytest.param((75, 75, 0), 0, 3, id="a fault that passes"),
        pytest.param((1, 0), 1, 1, id="failed"),
        pytest.param((2, 0), 2, 1, id="wrong configuration"),
        pytest.param((75, 2, 0), 2, 2, id="wrong configuration after a fault that passed"),
        pytest.param((143, 0), 143, 1, id="stopped"),
    ],
)
def test_only_75_is_tried_again(project: Path, codes: tuple[int, ...], code: int, tried: int) -> None:
    result = run(project, *codes)
    assert (result.returncode, len(starts(project))) == (code, tried)
    assert bool(result.stdout) == (code != 0)


def test_a_fault_that_lasts_is_reported_however_many_tries_that_were(project: Path) -> None:
    result = run(project, 75, 75, 75, 75, lasting=1, pause="0.6")
    assert result.returncode == 75
    assert "ended with 75 after" in result.stdout


def test_a_failure_is_printed_with_code_log_and_last_lines(project: Path) -> None:
    printed = run(project, 1).stdout
    assert "jobs/nightly.py" in printed and "ended with 1" in printed
    assert str(project / "logs" / "nightly.log") in printed and printed.endswith("line of 1\n")


def test_a_missing_folder_of_logs_is_said(project: Path) -> None:
    (project / "logs").rmdir()
    result = run(project, 0)
    assert result.returncode == 1
    assert "does the folder exist" in result.stdout
