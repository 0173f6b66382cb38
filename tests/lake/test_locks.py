from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from triage.errors import ConfigError, TransientError
from triage.lake import locks
from triage.lake.locks import lake_lock, table_lock


def _reveals_lock(root: str) -> AbstractContextManager[None]:
    return table_lock(root, "ops/reveals")


def _from_another_thread(lock: Callable[[str], AbstractContextManager[None]], root: str) -> str:
    """What taking the lock raises in another thread, where a thread's own lock does not count."""

    def take() -> str:
        try:
            with lock(root):
                return "taken"
        except TransientError as fault:
            return fault.what

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(take).result()


@pytest.mark.parametrize("lock", [lake_lock, _reveals_lock], ids=["lake", "table"])
def test_one_job_at_a_time_has_a_lock(
    lock: Callable[[str], AbstractContextManager[None]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_TABLE_SECONDS", 0.1)
    root = str(tmp_path / "lake")
    with lock(root):
        assert _from_another_thread(lock, root).startswith("Another")
        with lock(f"{root} too"):  # another lake
            pass
    with lock(root):
        pass


def test_the_locks_are_independent(tmp_path: Path) -> None:
    root = str(tmp_path / "lake")
    with lake_lock(root), table_lock(root, "ops/reveals"), table_lock(root, "gold/corrections"):
        pass


def test_a_thread_may_take_a_tables_lock_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_TABLE_SECONDS", 0.1)
    root = str(tmp_path / "lake")
    with _reveals_lock(root):
        with _reveals_lock(root):
            pass
        assert _from_another_thread(_reveals_lock, root) == "Another job writes to ops/reveals."
    assert _from_another_thread(_reveals_lock, root) == "taken"


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
