from __future__ import annotations

from pathlib import Path

import pytest

from triage.errors import ContractError
from triage.lake.history import clear

NAMES = [
    "part-0.parquet", ".part-0.parquet.crc", "part-1.parquet", ".part-1.parquet.crc", "deletion_vector_1.bin",
    ".part-2.parquet.tmp", "sub/part-3.parquet",
    "_delta_log/00000000000000000001.json", "_delta_log/.00000000000000000001.json.crc",
    "_delta_log/00000000000000000002.json", "_delta_log/00000000000000000002.checkpoint.parquet",
    "_delta_log/.00000000000000000002.checkpoint.parquet.crc", "_delta_log/_last_checkpoint",
    "_delta_log/._last_checkpoint.crc", "_delta_log/_last_vacuum_info", "_delta_log/.tmp/00000000000000000003.json",
    "_delta_log/_sidecars/a.parquet",
]  # fmt: skip


def make(folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"four")


def test_only_the_present_version_stays(tmp_path: Path) -> None:
    make(tmp_path, NAMES)
    cleared = clear(tmp_path, {str(tmp_path / "part-0.parquet")}, 2)
    left = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    assert left == {
        "part-0.parquet", ".part-0.parquet.crc", "_delta_log/00000000000000000002.json",
        "_delta_log/00000000000000000002.checkpoint.parquet",
        "_delta_log/.00000000000000000002.checkpoint.parquet.crc",
        "_delta_log/_last_checkpoint", "_delta_log/._last_checkpoint.crc", "_delta_log/_sidecars/a.parquet",
    }  # fmt: skip
    assert (cleared.files, cleared.bytes) == (len(NAMES) - len(left), 4 * (len(NAMES) - len(left)))


def test_a_log_without_its_checkpoint_stays(tmp_path: Path) -> None:
    logs = [name for name in NAMES if name.startswith("_delta_log") and "checkpoint" not in name]
    make(tmp_path, logs)
    clear(tmp_path, set(), 2)
    assert all((tmp_path / name).exists() for name in logs)


@pytest.mark.parametrize("live", ["elsewhere/part-0.parquet", "part-9.parquet", "sub"])
def test_nothing_goes_where_a_live_file_is_missing(tmp_path: Path, live: str) -> None:
    table = tmp_path / "table"
    make(table, NAMES)
    make(tmp_path, ["elsewhere/part-0.parquet"])
    folder = tmp_path if live.startswith("elsewhere") else table
    with pytest.raises(ContractError, match="nothing was removed"):
        clear(table, {str(folder / live), str(table / "part-0.parquet")}, 2)
    assert all((table / name).exists() for name in NAMES)
