"""The units and timers, validated by systemd's own tools."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, INSTALLED, tool
from triage.config import PROJECT, load_settings
from triage.privacy.pseudonyms.keys.load import key_origin

UNITS = DEPLOY / "systemd"
TIMERS = sorted(file.name for file in UNITS.glob("*.timer"))
JOBS = ("nightly", "counts", "learn", "maintain", "backup", "doctor")


def unit(name: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(UNITS / name, encoding="utf-8")
    return parser


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as they would be installed from this checkout."""
    for file in [*UNITS.glob("*.service"), *UNITS.glob("*.timer")]:
        text = file.read_text(encoding="utf-8").replace(INSTALLED, str(PROJECT))
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    for template in ("triage@", "triage-failed@"):
        for job in JOBS:
            shutil.copy(tmp_path / f"{template}.service", tmp_path / f"{template}{job}.service")
    return tmp_path


def verify(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [tool("systemd-analyze", "systemd"), "verify", "--man=no", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("job", JOBS)
def test_systemd_takes_the_unit_of_each_job_and_of_its_failure(installed: Path, job: str) -> None:
    result = verify(installed / f"triage@{job}.service", installed / f"triage-failed@{job}.service")
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


def test_systemd_takes_all_timers(installed: Path) -> None:
    result = verify(*(installed / name for name in TIMERS))
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


def test_verification_notices_a_wrong_unit(installed: Path) -> None:
    """So that an empty answer above means something."""
    file = installed / "triage@nightly.service"
    file.write_text(file.read_text(encoding="utf-8").replace("Type=exec", "Type=oneshot"), encoding="utf-8")
    assert verify(file).returncode != 0


def test_units_are_as_exposed_as_systemd_calls_ok(installed: Path) -> None:
    """10.0 is a service without any hardening; 2.0 is systemd's own bound of OK."""
    command = [tool("systemd-analyze", "systemd"), "security", "--offline=true", "--threshold=20", "--no-pager"]
    result = subprocess.run(
        [*command, str(installed / "triage@nightly.service")], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stdout[-200:]
    assert "Overall exposure level" in result.stdout


@pytest.mark.parametrize("name", TIMERS)
def test_a_timer_starts_a_job_at_times_that_systemd_knows(name: str) -> None:
    timer = unit(name)["Timer"]
    job = timer["Unit"].removeprefix("triage@").removesuffix(".service")
    assert job in JOBS
    command = [tool("systemd-analyze", "systemd"), "calendar", "--iterations=2", timer["OnCalendar"]]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


def test_night_and_hour_are_one_unit_so_that_they_never_overlap() -> None:
    assert unit("triage-nightly.timer")["Timer"]["Unit"] == unit("triage-hourly.timer")["Timer"]["Unit"]


def seconds(span: str) -> float:
    """A span of time as systemd reads it."""
    command = [tool("systemd-analyze", "systemd"), "timespan", span]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    return int(re.findall(r"(\d+)$", shown.splitlines()[1])[0]) / 1e6


def test_a_days_starts_by_timers_and_six_hours_of_tries_are_within_the_limit_of_starts() -> None:
    """Else a start by a timer is refused after a fault that passed."""
    limit, service = unit("triage@.service")["Unit"], unit("triage@.service")["Service"]
    tries = seconds(f"{minutes()}min") / seconds(service["RestartSec"]) + 1
    assert seconds(limit["StartLimitIntervalSec"]) == 86_400
    assert 24 + 1 + tries <= int(limit["StartLimitBurst"])


def minutes() -> int:
    """For how long a fault is tried again."""
    service = unit("triage@.service")["Service"]
    script, folder, given, launcher = service["ExecStart"].split()[:4]
    assert script == f"{INSTALLED}/conf/deploy/systemd/try.sh"
    assert folder == f"%t/{service['RuntimeDirectory']}"
    assert launcher == f"{INSTALLED}/spark-submit.sh"
    return int(given)


@pytest.mark.parametrize(
    ("age", "code"),
    [
        pytest.param(None, 75, id="first try"),
        pytest.param(0, 75, id="again"),
        pytest.param(5 * 3600, 75, id="after five hours"),
        pytest.param(6 * 3600 + 120, 1, id="after six hours"),
        pytest.param(40 * 3600, 1, id="after a try of many hours"),
    ],
)
def test_a_fault_is_tried_again_for_six_hours_however_long_a_try_takes(
    tmp_path: Path, age: int | None, code: int
) -> None:
    """By the time of the first try: a number of starts in a time is never reached by tries that take long."""
    if age is not None:
        (tmp_path / "first-try").touch()
        os.utime(tmp_path / "first-try", (time.time() - age,) * 2)
    command = [str(UNITS / "try.sh"), str(tmp_path), str(minutes()), "sh", "-c", 'echo "$1"; exit 75', "job", "a  b"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode == code
    assert result.stdout == "a  b\n" if code == 75 else "not tried again" in result.stdout
    assert (tmp_path / "first-try").exists()


def test_the_time_of_the_first_try_is_kept_over_restarts_and_not_longer() -> None:
    """By systemd.exec(5): `no` would remove it before each restart, `yes` never."""
    assert unit("triage@.service")["Service"]["RuntimeDirectoryPreserve"] == "restart"


def test_exit_codes_mean_what_the_readme_says() -> None:
    """75 is tried again; a stop is no failure; 1 and 2 are neither."""
    service = unit("triage@.service")["Service"]
    assert service["RestartForceExitStatus"].split() == ["75"]
    assert "Restart" not in service
    assert service["SuccessExitStatus"].split() == ["143"]


def test_a_key_command_needs_the_drop_in_of_the_docs_and_nothing_else(installed: Path) -> None:
    """An empty assignment takes the credential away, whose absent file would end each start."""
    docs = (PROJECT / "docs" / "operate.md").read_text(encoding="utf-8")
    (drop_in,) = re.findall(r"```ini\n(\[Service\]\nLoadCredential=\n.*?)```", docs, re.DOTALL)
    folder = installed / "triage@nightly.service.d"
    folder.mkdir()
    (folder / "own.conf").write_text(drop_in, encoding="utf-8")
    result = verify(installed / "triage@nightly.service")
    assert (result.returncode, result.stdout + result.stderr) == (0, "")
    settings = load_settings(overrides=["privacy.key_command=[vault]", "privacy.key_file=/run/credentials/x/key"])
    assert key_origin(settings, {}) == "key command"
