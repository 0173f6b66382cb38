"""The versions of all tables at one moment, and the files that a version needs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from triage.errors import ContractError
from triage.lake.inspection.moment import SnapshotGoneError, table_files, versions_at_one_moment


def write(folder: Path, number: int, mode: Literal["append", "overwrite"] = "append") -> None:
    rows = pa.table({"n": [number]})
    if mode == "overwrite":
        write_deltalake(str(folder), rows, mode="overwrite")
    else:
        write_deltalake(str(folder), rows, mode="append")


def data(folder: Path, version: int) -> set[str]:
    return {str(file) for file, is_data in table_files(folder, version) if is_data}


def named(folder: Path, version: int) -> set[str]:
    return set(DeltaTable(str(folder), version=version).file_uris())


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Twelve versions: appends, an overwrite, a deletion, a compaction, and a checkpoint in between."""
    folder = tmp_path / "silver" / "mail"
    for number in range(4):
        write(folder, number)
    write(folder, 4, "overwrite")
    for number in range(5, 9):
        write(folder, number)
    DeltaTable(str(folder)).create_checkpoint()
    DeltaTable(str(folder)).delete("n = 6")
    DeltaTable(str(folder)).optimize.compact()
    write(folder, 9)
    return folder


def test_each_version_needs_the_files_that_delta_names(table: Path) -> None:
    last = DeltaTable(str(table)).version()
    for version in range(last + 1):
        assert data(table, version) == named(table, version), version


def test_a_log_ends_at_its_version(table: Path, tmp_path: Path) -> None:
    kept = {file.name for file, is_data in table_files(table, 8) if not is_data}
    assert f"{8:020d}.json" in kept and f"{9:020d}.json" not in kept
    assert f"{8:020d}.checkpoint.parquet" in kept
    early = {file.name for file, is_data in table_files(table, 7) if not is_data}
    assert early == {f"{number:020d}.json" for number in range(8)}, "no checkpoint, and no hint to one, of later"


def test_a_version_whose_commits_are_gone_is_no_snapshot(table: Path) -> None:
    (table / "_delta_log" / f"{3:020d}.json").unlink()
    with pytest.raises(SnapshotGoneError):
        list(table_files(table, 5))
    assert data(table, 9) == named(table, 9), "the checkpoint stands for it"


def test_files_outside_of_the_table_are_refused(table: Path) -> None:
    commit = table / "_delta_log" / f"{13:020d}.json"
    last = DeltaTable(str(table)).version()
    commit = commit.with_name(f"{last + 1:020d}.json")
    commit.write_text('{"add":{"path":"file:///elsewhere/x.parquet","size":1}}\n', "utf-8")
    with pytest.raises(ContractError, match="outside"):
        list(table_files(table, last + 1))


def test_deletion_vectors_take_the_whole_folder(table: Path) -> None:
    last = DeltaTable(str(table)).version()
    every = {str(file) for file in table.glob("*.parquet")}
    commit = table / "_delta_log" / f"{last + 1:020d}.json"
    name = next(iter(sorted(every))).rpartition("/")[2]
    commit.write_text(f'{{"add":{{"path":"{name}","deletionVector":{{"storageType":"u"}}}}}}\n', "utf-8")
    (table / "deletion_vector_1.bin").write_bytes(b"v")
    assert data(table, last + 1) == every | {str(table / "deletion_vector_1.bin")}


def test_a_moment_keeps_the_order_of_writes(tmp_path: Path) -> None:
    """A writer adds to the ledger, then to the mails: at no moment has the second table more versions."""
    folders = [tmp_path / "ops" / "ledger", tmp_path / "silver" / "mail"]
    stop, count = threading.Event(), iter(range(1_000_000))

    def work() -> None:
        while not stop.is_set():
            number = next(count)
            for folder in folders:
                write_log(folder, number)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        moments = set(snapshots(tmp_path, 20))
    finally:
        stop.set()
        thread.join()
    for ledger, mail in moments:
        assert mail <= ledger <= mail + 1


def snapshots(root: Path, commits: int) -> Iterator[tuple[int, int]]:
    """Moments until the writer has made that many commits of each table."""
    mail = -1
    while mail < commits:
        versions = versions_at_one_moment(root)
        mail = versions.get("silver/mail", -1)
        yield versions.get("ops/ledger", -1), mail


def write_log(folder: Path, number: int) -> None:
    """A commit as far as a listing shows it; slower than a listing, as each real commit is."""
    log = folder / "_delta_log"
    log.mkdir(parents=True, exist_ok=True)
    (log / f"{number:020d}.json").write_text("{}\n", "utf-8")
    threading.Event().wait(0.004)
