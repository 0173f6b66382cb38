"""Small files in the lake's own folder are whole, and go with it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from triage.lake.root_files import read_root_file, remove_root_file, write_root_file


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_file_goes_with_its_lake(tmp_path: Path, scheme: str) -> None:
    lake, moved = tmp_path / "lake", tmp_path / "moved"
    lake.mkdir()
    write_root_file(f"{scheme}{lake}", "_note", "first")
    write_root_file(f"{scheme}{lake}", "_note", "second")
    assert [file.name for file in lake.iterdir()] == ["_note"], "no draft is left"
    lake.rename(moved)
    assert read_root_file(f"{scheme}{moved}", "_note") == "second"
    remove_root_file(f"{scheme}{moved}", "_note")
    remove_root_file(f"{scheme}{moved}", "_note")
    assert read_root_file(f"{scheme}{moved}", "_note") is None


def test_the_owner_alone_reads_it_unless_said(tmp_path: Path) -> None:
    for mode in (0o600, 0o644):
        write_root_file(str(tmp_path), "_note", "x", mode)
        assert stat.S_IMODE((tmp_path / "_note").stat().st_mode) == mode
