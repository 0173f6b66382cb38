"""Lakes of tests, and whole jobs over them.

A job runs in the process of the tests, over their Spark session, unless the process itself is what a test is about:
`start` and lakes with `own_process` start it as a user does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from tests.in_process import run_in_process
from tests.seals import opened, vault_ciphers
from tests.watched import Seen, watched
from triage.config import PROJECT
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate

SECRET = "5a" * 32
COUNTS = ("messages_read", "messages_new", "messages_duplicate", "messages_published", "messages_quarantined")


@dataclass
class Lake:
    """A lake of a test, and the jobs that run over it."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    own_process: bool = False
    """Whether `run` starts a process, too: with another Spark, another master or none, or to be killed."""

    def command(self, job: str, *arguments: str) -> list[str]:
        return [
            sys.executable,
            str(PROJECT / "jobs" / f"{job}.py"),
            "--set",
            f"lake.root={self.root}",
            *arguments,
        ]

    def variables(self) -> dict[str, str]:
        return os.environ | {"TRIAGE_KEY": SECRET, "PYTHONPATH": str(PROJECT), **self.environment}

    def start(self, job: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(job, *arguments),
            env=self.variables(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            **options,
        )

    def run(self, job: str, *arguments: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        done = self._run(job, *arguments)
        assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def _run(self, job: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        if not self.own_process:
            return run_in_process(self.command(job, *arguments), self.variables())
        process = self.start(job, *arguments)
        out, err = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def nightly(self, *sources: Path, options: Sequence[str] = ()) -> dict[str, Any]:
        summary = self.root.parent / "summary.json"
        # most of what tests feed is hostile; tests/pipeline/test_outcome.py has the exit codes of that
        allowed = ("--set", "outcome.quarantine=warn")
        self.run("nightly", "--source", *map(str, sources), "--summary", str(summary), *allowed, *options)
        counts: dict[str, Any] = json.loads(summary.read_text("utf-8"))
        assert counts["messages_read"] == counts["messages_new"] + counts["messages_duplicate"]
        assert counts["messages_new"] == counts["messages_published"] + counts["messages_quarantined"]
        return counts

    def table(self, name: str) -> DeltaTable:
        return DeltaTable(str(self.root / name))

    def rows(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.table(name).to_pyarrow_table().to_pylist()
        return rows

    def copied(self, folder: Path) -> Lake:
        """The same lake at another place, with all that lies beside it; the models stay where they were."""
        for place in ("", ".mlflow", ".reports", ".certificates"):
            if Path(f"{self.root}{place}").exists():
                shutil.copytree(f"{self.root}{place}", folder / f"lake{place}")
        return Lake(folder / "lake", self.environment)

    def opened_rows(self, name: str) -> list[dict[str, Any]]:
        """Rows with what is sealed in them in clear: data keys are drawn at random, so seals of two lakes differ."""
        ciphers = vault_ciphers(self.root, bytes.fromhex(SECRET))
        return [row | opened(row, ciphers) for row in self.rows(name)]

    def versions(self) -> dict[str, int]:
        logs = self.root.glob("*/*/_delta_log")
        return {str(log.parent.relative_to(self.root)): DeltaTable(str(log.parent)).version() for log in logs}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture(scope="session")
def mbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hundred generated mails."""
    path = tmp_path_factory.mktemp("export") / "mails.mbox"
    write_mbox(generate(300, seed=11), path)
    return path


@dataclass(frozen=True)
class FirstRun:
    """A first run as a user starts it: its lake, what it printed to standard error, and what others could see of it."""

    lake: Lake
    stderr: str
    seen: Seen


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory, mbox: Path) -> FirstRun:
    """The first run over `mbox`."""
    lake = Lake(tmp_path_factory.mktemp("trained") / "lake")
    process = lake.start("nightly", "--source", str(mbox))
    with watched(process.pid) as seen:
        _, stderr = process.communicate()
    assert process.returncode == 0, stderr
    return FirstRun(lake, stderr, seen)


@pytest.fixture(scope="session")
def trained(first_run: FirstRun) -> Lake:
    """The lake of the first run; tests read it, and copy its models."""
    return first_run.lake
