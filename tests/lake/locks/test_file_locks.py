from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from triage.errors import ConfigError, TransientError
from triage.lake.locks import holder_of, lake_lock, table_lock, take


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
    monkeypatch.setattr(take, "_TABLE_SECONDS", 0.1)
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
    monkeypatch.setattr(take, "_TABLE_SECONDS", 0.1)
    root = str(tmp_path / "lake")
    with _reveals_lock(root):
        with _reveals_lock(root):
            pass
        assert _from_another_thread(_reveals_lock, root).startswith("Another job writes to ops/reveals: ")
    assert _from_another_thread(_reveals_lock, root) == "taken"


def test_a_second_run_is_told_who_holds_the_lake(tmp_path: Path) -> None:
    root = str(tmp_path / "lake")
    with lake_lock(root):
        who = f"process {os.getpid()} on {socket.gethostname()}, since 20"
        assert who in _from_another_thread(lake_lock, root)
        holder = holder_of(root)
        assert holder is not None and who in str(holder)
    assert holder_of(root) is None
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".json"] == []


def test_a_killed_holders_lock_is_free_at_once(tmp_path: Path) -> None:
    root = str(tmp_path / "lake")
    code = f"from triage.lake.locks import lake_lock\nwith lake_lock({root!r}): print(flush=True); input()"
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert other.stdout and other.stdout.readline()
        held = holder_of(root)
        assert held is not None and held.pid == other.pid
        assert f"process {other.pid} on " in _from_another_thread(lake_lock, root)
    finally:
        other.kill()
        other.wait()
    assert holder_of(root) is None
    with lake_lock(root):
        pass


def test_a_record_that_cannot_be_read_hides_no_lock(tmp_path: Path) -> None:
    root = str(tmp_path / "lake")
    with lake_lock(root):
        Path(f"{root}.lock.json").write_text("{")
        assert _from_another_thread(lake_lock, root) == "Another run works on this lake."


def test_a_lake_on_storage_without_a_lock_is_refused() -> None:
    with pytest.raises(ConfigError, match="No lock is known"), lake_lock("hdfs://host/lake"):
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
