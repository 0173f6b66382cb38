"""`./spark-submit.sh notebook`: which notebook opens, how JupyterLab is closed to others, and its lock."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.environment.extras import PLACE, declared, entries, pins
from triage.environment.faults import UnsuitableMachine
from triage.environment.launch import job_environment
from triage.environment.notebook import find_notebook, jupyter_command, jupyter_variables
from triage.environment.options import parse
from triage.environment.place import PROJECT

from .conftest import Copy, add_wheel

HOME = PROJECT / "notebooks"


@pytest.mark.parametrize("given", ["tour.ipynb", "notebooks/tour.ipynb", str(HOME / "tour.ipynb")])
def test_a_notebook_is_found_from_anywhere(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_notebook(PLACE, [given]) == (HOME, "tour.ipynb")


def test_one_of_ones_own_is_served_with_its_folder(tmp_path: Path) -> None:
    own = tmp_path / "own.ipynb"
    own.touch()
    assert find_notebook(PLACE, [str(own)]) == (tmp_path, "own.ipynb")
    assert find_notebook(PLACE, []) == (HOME, "")


@pytest.mark.parametrize(
    ("given", "words"),
    [(["tuor.ipynb"], r"no notebook 'tuor.ipynb'.*tour\.ipynb"), (["a.ipynb", "b.ipynb"], "One notebook")],
    ids=["no such file", "two files"],
)
def test_a_wrong_name_ends_before_anything_is_installed(given: list[str], words: str) -> None:
    with pytest.raises(UnsuitableMachine, match=words):
        find_notebook(PLACE, given)


def test_it_listens_here_only_and_asks_nobody_for_news() -> None:
    command = jupyter_command(PLACE, HOME, "tour.ipynb")
    assert command[:3] == [str(PLACE.python), "-m", "jupyterlab"]
    assert {
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.allow_remote_access=False",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.default_url=/lab/tree/tour.ipynb",
    } <= set(command)
    assert not [one for one in command if "token" in one or "password" in one]  # Jupyter draws its own token


def test_its_kernels_have_the_variables_of_a_job() -> None:
    variables = jupyter_variables(job_environment(PLACE, parse(["--driver-memory", "2g", "notebook"]), os.environ))
    assert variables["JUPYTER_PREFER_ENV_PATH"] == "1"
    assert variables["PYTHONPATH"] == str(PROJECT)
    assert "spark.driver.memory=2g" in variables["PYSPARK_SUBMIT_ARGS"]


def test_its_lock_adds_to_that_of_a_run_and_changes_nothing_in_it() -> None:
    assert {str(one) for one in declared()["notebook"]} == {f"jupyterlab=={pins(PLACE.notebook_lock)['jupyterlab']}"}
    assert pins(PLACE.notebook_lock).keys() & pins(PLACE.package_lock).keys() == set()
    assert all("--hash=sha256:" in entry for entry in entries(PLACE.notebook_lock).values())


@pytest.mark.slow
def test_it_is_installed_on_first_use_and_started_on_what_is_served(copy: Copy) -> None:
    says = "import json, os, sys\nprint(json.dumps([sys.argv[1:], os.environ['PYSPARK_PYTHON']]))\n"
    entry = add_wheel(copy.root, "jupyterlab", {"jupyterlab.py": says})
    (copy.root / "conf" / "notebook.lock").write_text(entry, "utf-8")
    (copy.root / "notebooks").mkdir()
    (copy.root / "notebooks" / "own.ipynb").touch()
    done = copy.start("notebook", "own.ipynb")
    assert done.returncode == 0, done.stderr
    assert "1 more installed" in done.stderr
    assert f"--ServerApp.root_dir={copy.root / 'notebooks'}" in done.stdout
    assert copy.start("notebook", "none.ipynb").returncode == 2
