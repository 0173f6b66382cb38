"""Several processes at once, and processes that are killed: no correction is lost and none is there twice."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.lakes import Lake
from tests.learning.corrections.lakes import DECIDED, MAILS, stored
from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS
from triage.learning.corrections.reviewers import reviewer_token
from triage.privacy.pseudonyms.keys import Keys

pytestmark = pytest.mark.slow

ROWS = [(key, head) for key in MAILS for head in DECIDED]
LABELS = {"category": "sales", "priority": "high", "sentiment": "positive", "kind": "newsletter"}
_KILLED_AT = """
import os, runpy, signal, sys
from triage.lake.store import Store
moment, table = sys.argv.pop(1), sys.argv.pop(1)
add = Store.add
def killed(self, to, rows):
    if to.name == table and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    add(self, to, rows)
    if to.name == table:
        os.kill(os.getpid(), signal.SIGKILL)
Store.add = killed
job = sys.argv.pop(1)
sys.argv[0] = job
runpy.run_path(job, run_name="__main__")
"""


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A file of twenty corrections."""
    path = tmp_path / "answers.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("mail_key", "head", "label"))
        writer.writerows((key, head, LABELS[head]) for key, head in ROWS)
    return path


def is_whole(lake: Store) -> bool:
    """Whether each of the twenty corrections is there once."""
    rows = [(row["mail_key"], row["head"]) for row in stored(lake)]
    return sorted(rows) == sorted(ROWS)


def test_processes_that_read_the_same_file_store_it_once(lake: Store, keys: Keys, answers: Path) -> None:
    jobs = [Lake(Path(lake.root)).start("feedback", str(answers), "--by", "Ann Berg") for _ in range(4)]
    outs = [job.communicate()[0] for job in jobs]
    assert [job.returncode for job in jobs] == [0] * 4
    assert sorted(out.partition(" ")[0] for out in outs) == ["0", "0", "0", "20"]
    assert is_whole(lake)
    tokens = [row["token"] for row in lake.rows(PSEUDONYMS, ("token",))]
    assert tokens == [reviewer_token("Ann Berg", keys)]


def test_processes_that_read_different_files_lose_nothing(lake: Store, answers: Path, tmp_path: Path) -> None:
    header, *lines = answers.read_text("utf-8").splitlines()
    jobs = []
    for number in range(4):
        part = tmp_path / f"part{number}.csv"
        part.write_text("\n".join([header, *lines[number::4]]), "utf-8")
        jobs.append(Lake(Path(lake.root)).start("feedback", str(part), "--by", f"Person {number}"))
    assert [job.wait(120) for job in jobs] == [0] * 4
    assert is_whole(lake)
    assert lake.count(PSEUDONYMS) == 4


@pytest.mark.parametrize(
    ("moment", "table"),
    [
        ("before", "vault/pseudonyms"),
        ("after", "vault/pseudonyms"),
        ("before", "gold/corrections"),
        ("after", "gold/corrections"),
    ],
)
def test_a_killed_process_is_started_again(moment: str, table: str, lake: Store, keys: Keys, answers: Path) -> None:
    command = Lake(Path(lake.root)).command("feedback", str(answers), "--by", "Ann Berg")
    assert _run([sys.executable, "-c", _KILLED_AT, moment, table, *command[1:]]) == -signal.SIGKILL
    assert len(stored(lake)) in (0, len(ROWS)), "half of a file"
    assert _run(command) == 0
    assert is_whole(lake)
    assert [row["token"] for row in lake.rows(PSEUDONYMS, ("token",))] == [reviewer_token("Ann Berg", keys)]


def _run(command: Sequence[str]) -> int:
    return subprocess.run(command, env=Lake(Path()).variables(), capture_output=True, check=False).returncode
