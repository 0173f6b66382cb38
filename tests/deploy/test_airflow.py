"""The DAGs: read everywhere as text, and run by the real Airflow where `-m exhaustive` asks for it."""

from __future__ import annotations

import ast
import os
import re
import secrets
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

import pytest
from deltalake import DeltaTable

from tests.deploy.airflow_home import Airflow, started
from tests.deploy.files import DEPLOY, require_job
from triage.config import PROJECT

DAGS = (DEPLOY / "airflow" / "triage_dag.py").read_text(encoding="utf-8")
SAMPLE = PROJECT / "triage" / "samples" / "data" / "sample.mbox.gz"
LAUNCHER = """\
#!/bin/sh
# Stands before the project's launcher: the first start meets a temporary fault, and maintenance fails. While there is a
# file `broken`, nights fail, and other jobs succeed at once.
cd "${0%/*}"
echo "$1" >>starts
case "$1" in
  jobs/maintain.py) echo "a disk is missing"; exit 1 ;;
esac
[ ! -e broken ] || { [ "$1" != jobs/nightly.py ]; exit; }
[ "$(wc -l <starts)" -gt 1 ] || { echo "another run is on the lake"; exit 75; }
"""


@pytest.mark.parametrize("name", sorted(set(re.findall(r'job="(\w+)"', DAGS))))
def test_each_task_runs_a_job_of_the_project(name: str) -> None:
    require_job(name)


def test_the_file_has_no_secret_and_reads_none() -> None:
    """Airflow shows a DAG's code and arguments to whoever may see its page."""
    names = {node.value for node in ast.walk(ast.parse(DAGS)) if isinstance(node, ast.Constant)}
    read = {str(name) for name in names if str(name).startswith("TRIAGE_")}
    assert read == {"TRIAGE_HOME", "TRIAGE_SETTINGS", "TRIAGE_RETRY_SECONDS"}


class Task:
    """Stands for an operator of Airflow: which tasks come after it, and by which rule it begins."""

    def __init__(self, *, task_id: str, trigger_rule: str = "all_success", **_: Any) -> None:
        self.name, self.rule = task_id, trigger_rule
        self.before: list[Task] = []
        self.after: list[Task] = []
        Dag.open[-1].tasks.append(self)

    def __rshift__(self, other: Task) -> Task:
        self.after.append(other)
        other.before.append(self)
        return other


class Dag:
    """Stands for a DAG of Airflow."""

    known: ClassVar[dict[str, Dag]] = {}
    open: ClassVar[list[Dag]] = []

    def __init__(self, name: str, **_: Any) -> None:
        self.tasks: list[Task] = []
        self.known[name] = self

    def __enter__(self) -> Self:
        self.open.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.open.pop()

    def end(self, broken: str) -> tuple[str, set[str]]:
        """State of a run in which one task fails, and the tasks that succeed.

        By Airflow's rule a run fails where a leaf failed, or did not begin since a task before it failed
        (DagRun.update_state).
        """
        succeeded: set[str] = set()
        for task in self.tasks:  # in the order in which the file makes them, which is that of their work
            begins = task.rule == "all_done" or all(one.name in succeeded for one in task.before)
            if begins and task.name != broken:
                succeeded.add(task.name)
        leaves = {task.name for task in self.tasks if not task.after}
        return "success" if leaves <= succeeded else "failed", succeeded


@pytest.fixture
def dags(monkeypatch: pytest.MonkeyPatch) -> dict[str, Dag]:
    """The DAGs of the file, over stand-ins of Airflow's classes, whose packages contradict the project's."""
    given: dict[str, dict[str, object]] = {
        "airflow.exceptions": {"AirflowException": Exception, "AirflowFailException": Exception},
        "airflow.providers.standard.hooks.subprocess": {"SubprocessHook": object},
        "airflow.providers.standard.operators.empty": {"EmptyOperator": Task},
        "airflow.sdk": {"DAG": Dag, "BaseOperator": Task},
        "pendulum": {"datetime": lambda *_, **__: None},
    }
    for name, content in given.items():
        module = types.ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    exec(compile(DAGS, "triage_dag.py", "exec"), {"__name__": "triage_dag"})
    return Dag.known


@pytest.mark.parametrize(
    ("dag", "broken", "state", "others"),
    [
        pytest.param(
            "triage_nightly", "", "success", {"nightly", "learn", "counts", "backup", "outcome"}, id="a good night"
        ),
        pytest.param("triage_nightly", "nightly", "failed", {"counts", "backup"}, id="the night fails"),
        pytest.param("triage_nightly", "learn", "failed", {"nightly", "counts", "backup"}, id="learning fails"),
        pytest.param("triage_nightly", "counts", "failed", {"nightly", "learn", "backup"}, id="counting fails"),
        pytest.param(
            "triage_nightly", "backup", "failed", {"nightly", "learn", "counts", "outcome"}, id="the backup fails"
        ),
        pytest.param("triage_hourly", "nightly", "failed", set(), id="an hour fails"),
        pytest.param("triage_maintain", "maintain", "failed", set(), id="maintenance fails"),
    ],
)
def test_a_run_is_failed_where_any_of_its_jobs_failed_and_backs_up_all_the_same(
    dags: dict[str, Dag], dag: str, broken: str, state: str, others: set[str]
) -> None:
    assert dags[dag].end(broken) == (state, others)


@pytest.fixture
def airflow(tmp_path: Path) -> Iterator[Airflow]:
    """Airflow with a lake over the sample, whose jobs are started by LAUNCHER."""
    home, project = tmp_path / "airflow", tmp_path / "project"
    home.mkdir()
    (project / "conf").mkdir(parents=True)
    (project / "conf" / "prod.yaml").symlink_to(PROJECT / "conf" / "prod.yaml")
    launcher = project / "spark-submit.sh"
    launcher.write_text(f'{LAUNCHER}exec "{PROJECT}/spark-submit.sh" "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)
    key = tmp_path / "key"
    key.write_text(secrets.token_hex(32), encoding="utf-8")
    key.chmod(0o600)
    settings = project / "own.yaml"
    settings.write_text(
        f"sources: [{SAMPLE}]\nlake: {{root: {tmp_path / 'lake'}}}\nprivacy: {{key_file: {key}}}\n"
        f"backup: {{to: {tmp_path / 'backup'}}}\nspark: {{master: 'local[2]'}}\n",
        encoding="utf-8",
    )
    variables = {name: os.environ[name] for name in ("TRIAGE_ENV", "JAVA_HOME", "TMPDIR") if name in os.environ}
    variables |= {"TRIAGE_HOME": str(project), "TRIAGE_SETTINGS": str(settings), "TRIAGE_RETRY_SECONDS": "1"}
    with started(home, variables) as running:
        yield running


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.exhaustive(sample=0)
def test_the_scheduler_runs_a_night_to_success_fails_one_and_tries_only_temporary_faults_again(
    airflow: Airflow, tmp_path: Path
) -> None:
    assert "No data found" in airflow.call("dags", "list-import-errors")
    assert airflow.run("triage_maintain", 300) == "failed"
    assert airflow.tasks("triage_maintain") == {"maintain": ("failed", 1)}
    (tmp_path / "project" / "broken").touch()
    assert airflow.run("triage_nightly", 300) == "failed"
    assert airflow.tasks("triage_nightly") == {
        "nightly": ("failed", 1),
        "learn": ("upstream_failed", 0),
        "counts": ("success", 1),
        "backup": ("success", 1),
        "outcome": ("upstream_failed", 0),
    }
    (tmp_path / "project" / "broken").unlink()
    (tmp_path / "project" / "starts").unlink()
    assert airflow.run_again("triage_nightly", 1500) == "success"
    assert airflow.tasks("triage_nightly", 1) == {
        "nightly": ("success", 2),
        "learn": ("success", 1),
        "counts": ("success", 1),
        "backup": ("success", 1),
        "outcome": ("success", 1),
    }
    assert any((tmp_path / "backup").iterdir())
    assert DeltaTable(str(tmp_path / "lake" / "gold" / "routes")).to_pyarrow_table().num_rows > 0
