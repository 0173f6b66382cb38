"""A run killed at any moment and started again ends as an undisturbed one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.lakes import Lake
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

COMPARED = (
    "vault/raw_mail",
    "quarantine/mail",
    "silver/mail",
    "gold/labels",
    "gold/routes",
    "metrics/quality",
    "metrics/drift",
)
OPTIONS = ("--set", "ingest.batch_bytes=150000", "--set", "monitoring.min_mails=50")
SEED = int(os.environ.get("TRIAGE_KILL_SEED", "20261121"))


def canonical(rows: list[dict[str, Any]]) -> list[str]:
    """The rows in one order, without what depends on the moment of the run."""
    return sorted(repr(sorted(row.items())) for row in rows if row.get("measure") != "freshness")


def kill_after(process: subprocess.Popen[str], seconds: float) -> None:
    """Kills the job and all its children, unless it was faster."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.exhaustive(sample=0)  # in the gate, tests/e2e/test_faults.py
@pytest.mark.parametrize("kills", [3, 10], ids="{} times".format)
def test_killed_again_and_again(tmp_path: Path, kills: int) -> None:
    export = tmp_path / "mails.mbox"
    write_mbox(generate(120, seed=21), export)
    undisturbed = Lake(tmp_path / "undisturbed" / "lake", own_process=True)
    killed = Lake(tmp_path / "killed" / "lake", own_process=True)
    begin = monotonic()
    undisturbed.nightly(export, options=OPTIONS)
    whole = monotonic() - begin
    moments = random.Random(SEED)
    for _ in range(kills):
        process = killed.start("nightly", "--source", str(export), *OPTIONS)
        kill_after(process, moments.uniform(0.1, 0.6) * whole)
    killed.nightly(export, options=OPTIONS)
    for table in COMPARED:
        assert canonical(killed.opened_rows(table)) == canonical(undisturbed.opened_rows(table)), table
    runs = [{k: v for k, v in row.items() if k.startswith("messages_")} for row in killed.rows("metrics/runs")]
    totals = {name: sum(run[name] for run in runs) for name in runs[0]}
    first = undisturbed.rows("metrics/runs")[0]
    assert totals == {name: first[name] for name in totals}
