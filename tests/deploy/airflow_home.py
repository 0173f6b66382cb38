"""Airflow in an environment of its own, since its packages contradict the project's; it listens on the loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY
from tests.loopback import HOST, free_port, wait_for
from triage.environment.place import find_place
from triage.environment.setup.locks import digest

LOCK = Path(__file__).with_name("airflow.lock")


def install() -> Path:
    """The `airflow` command; installed once for a lock, beside the project's own environment."""
    venv = find_place(os.environ).folder / f"airflow-{digest(LOCK)[:16]}"
    mark = venv / ".complete"
    if not mark.exists():
        pip = [str(venv / "bin" / "pip"), "install", "--quiet", "--require-hashes", "--requirement", str(LOCK)]
        for command in ([sys.executable, "-m", "venv", "--clear", str(venv)], pip):
            if subprocess.run(command, capture_output=True, timeout=1_000, check=False).returncode:
                pytest.skip("Airflow's packages cannot be installed here")
        mark.touch()
    return venv / "bin" / "airflow"


@dataclass
class Airflow:
    """A running Airflow: scheduler, DAG processor and API server, over a sqlite file in `home`."""

    command: Path
    home: Path
    environment: dict[str, str]

    def call(self, *words: str) -> str:
        """What the command prints. Raises CalledProcessError."""
        return subprocess.run(
            [str(self.command), *words], env=self.environment, capture_output=True, text=True, timeout=120, check=True
        ).stdout

    def rows(self, query: str, *values: str) -> list[tuple[str, ...]]:
        """Rows of Airflow's own database; none while there is no such table."""
        with contextlib.closing(sqlite3.connect(f"file:{self.home / 'airflow.db'}?mode=ro", uri=True)) as database:
            try:
                return database.execute(query, values).fetchall()
            except sqlite3.OperationalError:
                return []

    def run(self, dag: str, seconds: float) -> str:
        """The state in which the first run of the DAG ends; the scheduler begins it once the DAG is switched on."""
        self.call("dags", "unpause", dag)
        return self._end(dag, 0, seconds)

    def run_again(self, dag: str, seconds: float) -> str:
        """The state in which one more run ends, of a DAG that is switched on."""
        before = len(self._runs(dag))
        self.call("dags", "trigger", dag)
        return self._end(dag, before, seconds)

    def tasks(self, dag: str, number: int = 0) -> dict[str, tuple[str, int]]:
        """State and number of tries of each task of a run, by the runs' order; 0 is the first."""
        runs = self._runs(dag)[number : number + 1]
        query = "SELECT task_id, state, try_number FROM task_instance WHERE dag_id = ? AND run_id = ?"
        return {task: (state, int(tries)) for run, _ in runs for task, state, tries in self.rows(query, dag, run)}

    def _runs(self, dag: str) -> list[tuple[str, ...]]:
        return self.rows("SELECT run_id, state FROM dag_run WHERE dag_id = ? ORDER BY id", dag)

    def _end(self, dag: str, number: int, seconds: float) -> str:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for _, state in self._runs(dag)[number : number + 1]:
                if state in ("success", "failed"):
                    return state
            time.sleep(1)
        raise TimeoutError(f"{dag} was not through after {seconds:.0f} s: {self.tasks(dag, number)}")

    def is_known(self, dag: str) -> bool:
        """Whether the DAG processor has read the DAG."""
        return bool(self.rows("SELECT 1 FROM serialized_dag WHERE dag_id = ?", dag))


@contextlib.contextmanager
def started(home: Path, variables: Mapping[str, str]) -> Iterator[Airflow]:
    """Airflow over the DAGs of conf/deploy/airflow, until the block ends."""
    command, port = install(), free_port()
    environment = {
        "PATH": f"{command.parent}:/usr/bin:/bin",
        "HOME": str(home),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DEPLOY / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{port}/execution/",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        **variables,
    }
    with (home / "airflow.log").open("w") as log:
        process = subprocess.Popen(
            [str(command), "standalone"], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        airflow = Airflow(command, home, environment)
        _wait(port, airflow)
        yield airflow
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _wait(port: int, airflow: Airflow) -> None:
    for _ in range(4):
        with contextlib.suppress(TimeoutError):
            wait_for(port, "Airflow")
            break
    deadline = time.monotonic() + 120
    while not airflow.is_known("triage_nightly") and time.monotonic() < deadline:
        time.sleep(1)
    assert airflow.is_known("triage_nightly"), (airflow.home / "airflow.log").read_text(encoding="utf-8")[-2000:]
