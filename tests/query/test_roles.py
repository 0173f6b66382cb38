"""What a role may ask of a lake whose folders are closed to it, by a second user of the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tests.other_users import folder_for_all_users
from triage.config import PROJECT
from triage.lake.tables.access import ZONES

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process of a user without rights")

ANALYST = ("gold", "metrics")
REVIEWER = ("silver", "gold")
_NOBODY = 65534
_ASK = f"""\
import os, sys
from tests.query.conftest import asking, no_spark
from triage.errors import TriageError
answer = asking(sys.argv[1], "duckdb", no_spark)
os.setgroups([]), os.setgid({_NOBODY}), os.setuid({_NOBODY})
try:
    print(answer(sys.argv[2]).num_rows, "rows")
except TriageError as fault:
    print(fault)
"""


@pytest.fixture
def lake(root: str) -> Iterator[Path]:
    with folder_for_all_users("roles") as folder:
        yield Path(shutil.copytree(root, folder / "lake"))


def asked(lake: Path, zones: Collection[str], sql: str) -> str:
    """What somebody is told who may read these zones."""
    for folder, _, files in os.walk(lake):
        Path(folder).chmod(0o755)
        for file in files:
            Path(folder, file).chmod(0o644)
    for zone in set(ZONES) - set(zones):
        (lake / zone).mkdir(exist_ok=True)
        (lake / zone).chmod(0o700)
    command = [sys.executable, "-c", _ASK, str(lake), sql]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout


def test_an_analyst_asks_views_without_the_right_to_read_ops(lake: Path) -> None:
    assert asked(lake, ANALYST, "SELECT * FROM gold.labelled") == "12 rows\n"


def test_who_may_not_read_a_table_of_a_view_is_told_which(lake: Path) -> None:
    told = asked(lake, REVIEWER, "SELECT * FROM gold.backlog")
    assert "metrics.runs may not be read" in told and "gold.routes" not in told
