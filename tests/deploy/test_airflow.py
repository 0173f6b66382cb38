"""The DAGs: read everywhere as text, and run by the real Airflow where `-m exhaustive` asks for it."""

from __future__ import annotations

import ast
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from deltalake import DeltaTable

from tests.deploy.airflow_home import Airflow, started
from tests.deploy.files import DEPLOY, require_job
from triage.config import PROJECT

DAGS = (DEPLOY / "airflow" / "triage_dag.py").read_text(encoding="utf-8")
SAMPLE = PROJECT / "triage" / "samples" / "data" / "sample.mbox.gz"
LAUNCHER = """\
#!/bin/sh
# Stands before the project's launcher: the first start meets a temporary fault, and maintenance fails.
cd "${0%/*}"
echo "$1" >>starts
case "$1" in
  jobs/maintain.py) echo "a disk is missing"; exit 1 ;;
esac
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
def test_the_scheduler_runs_a_night_to_success_and_tries_only_temporary_faults_again(
    airflow: Airflow, tmp_path: Path
) -> None:
    assert "No data found" in airflow.call("dags", "list-import-errors")
    assert airflow.run("triage_maintain", 300) == "failed"
    assert airflow.tasks("triage_maintain") == {"maintain": ("failed", 1)}
    (tmp_path / "project" / "starts").unlink()
    assert airflow.run("triage_nightly", 1500) == "success"
    assert airflow.tasks("triage_nightly") == {
        "nightly": ("success", 2),
        "learn": ("success", 1),
        "backup": ("success", 1),
    }
    assert any((tmp_path / "backup").iterdir())
    assert DeltaTable(str(tmp_path / "lake" / "gold" / "routes")).to_pyarrow_table().num_rows > 0
