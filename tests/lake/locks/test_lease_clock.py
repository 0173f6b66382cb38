"""The clock of leases is the one that the JVM reads before a commit."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from triage.lake.locks.lease import clock


def test_it_is_the_clock_of_the_jvm_also_where_that_counts_from_a_containers_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "uptime"
    file.write_text("12.34 56.78\n", "ascii")
    monkeypatch.setattr(clock, "_UPTIME", file)
    assert clock.lease_clock() == 12.34


def test_it_goes_on_where_the_file_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_UPTIME", tmp_path / "absent")
    before = clock.lease_clock()
    time.sleep(0.01)
    assert clock.lease_clock() > before
