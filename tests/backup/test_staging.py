"""Moves into place across two disks, killed at any step, are finished by the next start."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from triage.backup.restoring.staging import clear_away, is_ready, move, set_ready


class KilledError(BaseException):
    """As a kill: nothing catches it."""


def staged(tmp_path: Path) -> tuple[Path, dict[str, Path]]:
    place = tmp_path / "lake.restoring"
    for name in ("mlflow/artifacts/model", "mlflow/mlflow.db", "lake/ops/part"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(name, "utf-8")
    set_ready(place, "one")
    targets = {name: tmp_path / "other" / name for name in ("mlflow/artifacts", "mlflow/mlflow.db", "lake")}
    return place, targets


def across_disks(monkeypatch: pytest.MonkeyPatch, place: Path, kill_at: int) -> None:
    """Renames out of the staging folder fail; the one of that number and what follows is not made."""
    rename, number = Path.rename, 0

    def renamed(self: Path, target: Path) -> Path:
        nonlocal number
        if place in self.parents and place not in target.parents:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        number += 1
        if number == kill_at:
            raise KilledError
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", renamed)


@pytest.mark.parametrize("kill_at", range(1, 8))
def test_a_kill_between_two_disks_is_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_at: int) -> None:
    place, targets = staged(tmp_path)
    with monkeypatch.context() as patch:
        across_disks(patch, place, kill_at)
        with pytest.raises(KilledError):
            move(targets, place)
    assert is_ready(place, "one"), "the next start goes on"
    with monkeypatch.context() as patch:
        across_disks(patch, place, 0)
        move(targets, place)
    files = {path.relative_to(tmp_path / "other"): path for path in (tmp_path / "other").rglob("*") if path.is_file()}
    assert {str(name): file.read_text("utf-8") for name, file in files.items()} == {
        name: name for name in ("mlflow/artifacts/model", "mlflow/mlflow.db", "lake/ops/part")
    }
    assert not place.exists()


def test_what_is_no_other_disk_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, targets = staged(tmp_path)

    def refused(*_: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(PermissionError):
        move(targets, place)
    assert not [path for path in (tmp_path / "other").rglob("*") if path.is_file()], "nothing is copied"


def test_ready_goes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill while the rest is deleted leaves no staging folder that is not ready."""
    place, targets = staged(tmp_path)

    def killed(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", killed)
        with pytest.raises(KilledError):
            move(targets, place)
    assert not place.exists() and (tmp_path / "other" / "lake").exists()
    clear_away(place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other"]
