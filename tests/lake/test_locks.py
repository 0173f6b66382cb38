from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from triage.errors import ConfigError, TransientError
from triage.lake import locks
from triage.lake.locks import lake_lock, reveals_lock


@pytest.mark.parametrize("lock", [lake_lock, reveals_lock])
def test_one_job_at_a_time_has_a_lock(
    lock: Callable[[str], AbstractContextManager[None]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_REVEALS_SECONDS", 0.1)
    root = str(tmp_path / "lake")
    with lock(root):
        with pytest.raises(TransientError, match="Another"), lock(root):
            raise AssertionError("two jobs had the lock")
        with lock(f"{root} too"):  # another lake
            pass
    with lock(root):
        pass


def test_the_two_locks_are_independent(tmp_path: Path) -> None:
    with lake_lock(str(tmp_path / "lake")), reveals_lock(str(tmp_path / "lake")):
        pass


def test_a_remote_lake_has_no_lock() -> None:
    with lake_lock("s3a://bucket/lake"), lake_lock("s3a://bucket/lake"):
        pass


def test_a_file_in_the_lakes_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("x")
    with pytest.raises(ConfigError, match="cannot be written"), lake_lock(str(tmp_path / "lake")):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ConfigError, match="cannot be written"), lake_lock(str(tmp_path)):
            pass
    finally:
        tmp_path.chmod(0o700)
