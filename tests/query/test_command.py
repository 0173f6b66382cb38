"""jobs/query.py as a person starts it, on a machine where nothing may start a JVM."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.query.conftest import no_spark
from triage.cli import job_parser, settings_from
from triage.config import PROJECT
from triage.errors import ConfigError
from triage.lake.store import Store
from triage.query.command import add_options
from triage.query.command import run as command_run
from triage.query.forms import FORMS

COUNT = "SELECT queue, count(*) AS mails FROM gold.routes GROUP BY queue ORDER BY queue"
TABLE = [["billing", 4], ["legal", 4], ["support", 4]]


def command(root: str, *arguments: str) -> list[str]:
    return [sys.executable, str(PROJECT / "jobs/query.py"), "--set", f"lake.root={root}", *arguments]


def variables(home: Path) -> dict[str, str]:
    """Without jars, so that Spark cannot start."""
    own = {"PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(home), "TRIAGE_JARS": "", "TERM": "dumb"}
    return {name: value for name, value in os.environ.items() if name != "XDG_STATE_HOME"} | own


def run(root: str, *arguments: str) -> None:
    """As the job does, in this process and without Spark."""
    parser = job_parser("")
    add_options(parser)
    args = parser.parse_args(["--set", f"lake.root={root}", *arguments])
    command_run(Store(no_spark, root), settings_from(args), args)


def test_a_statement_is_answered_by_the_job(root: str, tmp_path: Path) -> None:
    done = subprocess.run(
        command(root, COUNT, "--format", "json"),
        env=variables(tmp_path), capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert [list(json.loads(line).values()) for line in done.stdout.splitlines()] == TABLE


def test_a_statement_comes_from_a_file_with_values(
    root: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "q.sql"
    file.write_text("\ufeffSELECT count(*) AS n FROM gold.routes\n WHERE queue = :queue -- and no more\n", "utf-8")
    run(root, "--file", str(file), "--param", "queue=legal", "--format", "csv")
    assert capfd.readouterr().out.split() == ["n", "4"]


@pytest.mark.parametrize("form", FORMS)
def test_rows_go_to_a_file_that_others_cannot_read(
    root: str, tmp_path: Path, form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out"
    run(root, COUNT, "--format", form, "--output", str(target))
    assert capfd.readouterr().out == ""
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.stat().st_size > 30
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("name", "begin"), [("a.csv", b"n\n"), ("a.PARQUET", b"PAR1"), ("a.json", b"{"), ("a.md", b"| n")]
)
def test_the_ending_of_the_output_says_the_form(root: str, tmp_path: Path, name: str, begin: bytes) -> None:
    run(root, "SELECT count(*) AS n FROM gold.routes", "--output", str(tmp_path / name))
    assert (tmp_path / name).read_bytes().startswith(begin)


def test_a_limit_that_cut_is_told(root: str, capfd: pytest.CaptureFixture[str]) -> None:
    run(root, "SELECT queue FROM gold.routes", "--limit", "5")
    assert "5 rows" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--file /dev/stdin"),
        ([COUNT, "--file", "x.sql"], "two statements"),
        (["--file", "x.sql"], "cannot be read"),
        (["SELECT quue FROM gold.routes"], "Did you mean queue?"),
        (["SELECT * FROM gold.routs"], "Did you mean gold.routes"),
        ([COUNT, "--as-of", "soon"], "no date"),
        ([COUNT, "--output", "none/out"], "folder of the output"),
        ([COUNT, "--output", "out.xlsx"], "says no form"),
        (["SELECT * FROM vault.raw_mail"], "not read by SQL"),
        (["DROP TABLE gold.routes"], "Only reading"),
    ],
    ids=lambda value: None if isinstance(value, list) else value.replace(" ", "_"),
)
def test_mistakes_end_with_2(
    root: str, arguments: list[str], said: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())  # no terminal, whoever starts the tests
    with pytest.raises(ConfigError) as told:
        run(root, *arguments)
    assert said in str(told.value)
    assert told.value.exit_code == 2
    assert capfd.readouterr().out == ""


def test_a_place_without_a_lake_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no lake"):
        run(str(tmp_path / "none"), COUNT)


def test_ctrl_c_ends_a_long_statement(root: str, tmp_path: Path) -> None:
    aliases = "abcdefghij"
    tables = " CROSS JOIN ".join(f"gold.routes {alias}" for alias in aliases)
    compared = " AND ".join(f"{one}.mail_key <> {two}.rule" for one, two in pairwise(aliases))
    process = subprocess.Popen(
        command(root, f"SELECT count(*) AS n FROM {tables} WHERE {compared}"),
        env=variables(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with pytest.raises(subprocess.TimeoutExpired):  # 12 to the power of 10 rows take longer
        process.wait(8)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped" in told


def test_a_prompt_answers_until_it_is_left(root: str, tmp_path: Path) -> None:
    """On a real terminal: a fault does not end it, and the history is the user's alone."""
    driver, terminal = pty.openpty()
    process = subprocess.Popen(
        command(root), env=variables(tmp_path), stdin=terminal, stdout=terminal, stderr=terminal, close_fds=True
    )
    os.close(terminal)
    seen = _until(driver, "sql>")
    os.write(driver, b"SELECT quue FROM gold.routes;\r")
    seen += _until(driver, "Did you mean queue?")
    seen += _until(driver, "sql>")
    os.write(driver, f"{COUNT};\r".encode())
    seen += _until(driver, "3 rows")
    seen += _until(driver, "sql>")
    os.write(driver, b"exit\r")
    assert process.wait(30) == 0
    os.close(driver)
    history = tmp_path / ".local/state/triage/query_history"
    assert COUNT in history.read_text("utf-8")
    assert history.stat().st_mode & 0o777 == 0o600


def _until(driver: int, wanted: str) -> str:
    seen = ""
    while wanted not in seen:
        ready, _, _ = select.select([driver], [], [], 60)
        assert ready, f"{wanted!r} did not come: {seen}"
        seen += os.read(driver, 65536).decode("utf-8", "replace")
    return seen
