"""A rollback whose process is killed, with all its children, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.learning.relabel.lakes import GOOD, SmallLake
from triage.config import PROJECT
from triage.lake.tables import RELABELS
from triage.stages.relabels import unfinished_relabels

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800), pytest.mark.exhaustive(sample=0)]


def start(lake: SmallLake, folder: Path) -> subprocess.Popen[str]:
    options = (f"lake.root={lake.settings.lake.root}", f"labelling.taxonomy={folder / 'taxonomy.yaml'}",
               f"routing.rules={folder / 'routing.yaml'}", "labelling.hash_bits=12", "learning.relabel.chunk_mails=1",
               "spark.master=local[2]")  # fmt: skip
    command = [sys.executable, str(PROJECT / "jobs" / "rollback.py"), "--to", GOOD, "--reason", "worse than before"]
    for option in options:
        command += ["--set", option]
    environ = os.environ | {"PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(command, env=environ, text=True, stdout=subprocess.PIPE, start_new_session=True)


def test_killed_between_chunks_it_is_finished_by_the_same_command(
    bad: SmallLake, good: SmallLake, tmp_path: Path
) -> None:
    """Killed as soon as the figures of a chunk are stored, before or while its rows are written; then the next."""
    for chunks in (1, 2):
        process = start(bad, tmp_path)
        while process.poll() is None and bad.store.count(RELABELS, phase=["chunk"]) < chunks:
            time.sleep(0.05)
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert len(unfinished_relabels(bad.store)) == 1
    process = start(bad, tmp_path)
    out, _ = process.communicate()
    assert process.returncode == 0
    assert "36 mails labelled by triage-labels version 1" in out
    assert bad.tables() == good.tables()
    assert sorted(row["phase"] for row in bad.store.rows(RELABELS, ("phase",))) == ["begun", *["chunk"] * 3, "done"]
