"""Objects and manifests: written once, whole or absent, verified, and removed by age."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from triage.backup.contents.store_files import FileStore
from triage.backup.repository.manifest import Entry, Manifest
from triage.backup.repository.repository import Removal, Repository
from triage.backup.repository.storage import Storage
from triage.errors import ConfigError, ContractError, TransientError

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def manifest(number: int, entries: list[Entry], at: datetime = NOW) -> Manifest:
    return Manifest(
        name=f"{number:06d}-x", snapshot_at=at, ended_at=at, lake_root="/lake", artifacts=None, tracking="sqlite",
        format_version=1, tables={}, entries=tuple(entries),
    )  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(str(tmp_path / "repository"))


def backed_up(repository: Repository, number: int, *files: Path, at: datetime = NOW) -> Manifest:
    store = FileStore(repository, repository.newest())
    made = manifest(number, [store.store("reports", file.name, file) for file in files], at)
    repository.publish(made)
    return made


def text(path: Path, content: str) -> Path:
    path.write_text(content, "utf-8")
    return path


def test_equal_files_are_one_object(repository: Repository, tmp_path: Path) -> None:
    one, two = text(tmp_path / "a", "same"), text(tmp_path / "b", "same")
    made = backed_up(repository, 1, one, two)
    digest = hashlib.sha256(b"same").hexdigest()
    assert repository.objects() == {digest: 4}
    assert [(entry.path, entry.sha256) for entry in made.entries] == [("a", digest), ("b", digest)]
    assert b"".join(repository.get(digest)) == b"same"


def test_only_the_owner_reads_a_repository(repository: Repository, tmp_path: Path) -> None:
    backed_up(repository, 1, text(tmp_path / "a", "secret"))
    for path in (tmp_path / "repository").rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077 or path.name == "repository.lock", path


def test_an_immutable_file_is_not_read_again(repository: Repository, tmp_path: Path) -> None:
    file = text(tmp_path / "part.parquet", "rows")
    first = FileStore(repository, None).store("lake", "part.parquet", file, is_immutable=True)
    repository.publish(manifest(1, [first]))
    file.chmod(0)
    again = FileStore(repository, repository.newest())
    again_entry = again.store("lake", "part.parquet", file, is_immutable=True)
    assert again_entry == first and again.new == set()


@pytest.mark.parametrize("damage", ["cut", "altered", "absent"])
def test_damage_is_found(repository: Repository, tmp_path: Path, damage: str) -> None:
    made = backed_up(repository, 1, text(tmp_path / "a", "content"))
    [file] = (path for path in (tmp_path / "repository" / "objects").rglob("*") if path.is_file())
    if damage == "absent":
        file.unlink()
    else:
        file.write_bytes({"cut": b"cont", "altered": b"Content"}[damage])
    with pytest.raises(ContractError):
        repository.verify(made.sizes())


def test_a_damaged_manifest_is_found(repository: Repository, tmp_path: Path) -> None:
    backed_up(repository, 1, text(tmp_path / "a", "content"))
    [file] = (tmp_path / "repository" / "backups").iterdir()
    file.write_text(file.read_text("utf-8").replace("/lake", "/fake"), "utf-8")
    with pytest.raises(ContractError, match="manifest is damaged"):
        repository.manifest()


def test_no_manifest_names_an_object_that_is_absent(repository: Repository) -> None:
    entry = Entry(place="lake", path="x", sha256="0" * 64, size=1)
    with pytest.raises(ContractError):
        repository.publish(manifest(1, [entry]))
    assert repository.names() == []


def removed(of: Removal) -> tuple[int, int]:
    return of.backups, of.objects


def test_old_backups_go_with_what_only_they_name(repository: Repository, tmp_path: Path) -> None:
    kept, gone = text(tmp_path / "kept", "kept"), text(tmp_path / "gone", "gone")
    backed_up(repository, 1, kept, gone, at=NOW - timedelta(days=31))
    backed_up(repository, 2, kept, at=NOW - timedelta(days=29))
    assert removed(repository.remove_older(NOW, 30)) == (1, 1)
    assert repository.names() == ["000002-x"]
    assert set(repository.objects()) == {hashlib.sha256(b"kept").hexdigest()}
    assert removed(repository.remove_older(NOW + timedelta(days=999), 30)) == (0, 0), "the newest stays"


def test_a_killed_backup_leaves_what_the_next_one_uses(repository: Repository, tmp_path: Path) -> None:
    file = text(tmp_path / "a", "content")
    FileStore(repository, None).store("reports", "a", file)
    (tmp_path / "repository" / "objects" / "ab").mkdir()
    (tmp_path / "repository" / "objects" / "ab" / ("ab" * 32 + ".draft-0011")).write_bytes(b"half")
    assert repository.newest() is None and len(repository.objects()) == 1
    again = FileStore(repository, None)
    again.store("reports", "a", file)
    assert again.new == set()
    repository.remove_older(NOW, 30)
    assert not list((tmp_path / "repository").rglob("*.draft-*"))


def test_a_file_that_grows_meanwhile_is_stored_under_what_was_read(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = text(tmp_path / "attempts.jsonl", "one\n")
    write = repository.storage.write

    def and_grow(path: str, pieces: Iterator[bytes]) -> None:
        if file.stat().st_size < 8:
            file.write_text("one\ntwo\n", "utf-8")
        write(path, pieces)

    monkeypatch.setattr(repository.storage, "write", and_grow)
    entry = FileStore(repository, None).store("reports", "a", file)
    assert entry.sha256 == hashlib.sha256(b"one\ntwo\n").hexdigest() and entry.size == 8
    assert set(repository.objects()) == {entry.sha256}


def test_one_backup_at_a_time(repository: Repository, tmp_path: Path) -> None:
    with repository.lock(), pytest.raises(TransientError), Repository(str(tmp_path / "repository")).lock():
        pass


def test_an_unknown_backup_is_named_with_those_that_are_there(repository: Repository, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no backup at this place"):
        repository.manifest()
    backed_up(repository, 1, text(tmp_path / "a", "content"))
    with pytest.raises(ConfigError, match="000001-x"):
        repository.manifest("000009-x")


def test_a_cut_object_is_written_again(repository: Repository, tmp_path: Path) -> None:
    source = text(tmp_path / "a", "content")
    backed_up(repository, 1, source)
    [file] = (path for path in (tmp_path / "repository" / "objects").rglob("*") if path.is_file())
    file.write_bytes(b"cont")
    store = FileStore(repository, repository.newest())
    entry = store.store("reports", "a", source)
    assert file.read_bytes() == b"content" and store.new == {entry.sha256}, "and is verified"


def damaged(repository: Repository, tmp_path: Path, name: str) -> None:
    [file] = (tmp_path / "repository" / "backups").glob(f"{name}-*")
    file.write_bytes(file.read_bytes() + b" ")


def test_the_newest_that_can_be_read_is_the_newest(repository: Repository, tmp_path: Path) -> None:
    for number in (1, 2):
        backed_up(repository, number, text(tmp_path / "a", "content"))
    damaged(repository, tmp_path, "000002-x")
    newest = repository.newest()
    assert newest is not None and newest.name == "000001-x"
    assert repository.next_number() == 3 and repository.survey().damaged == ("000002-x",)


def test_no_object_goes_while_a_manifest_is_damaged(repository: Repository, tmp_path: Path) -> None:
    at = "000001-20260101T000000Z"
    entry = FileStore(repository, None).store("reports", "a", text(tmp_path / "a", "only the damaged one"))
    repository.publish(manifest(1, [entry]).model_copy(update={"name": at}))
    backed_up(repository, 2, text(tmp_path / "b", "newest"))
    damaged(repository, tmp_path, at)
    assert repository.remove_older(datetime(2026, 1, 15, tzinfo=UTC), 30) == Removal(0, 0, (at,))
    assert len(repository.objects()) == 2
    assert removed(repository.remove_older(NOW, 30)) == (1, 1), "a damaged one ages, too, by its name"


def test_each_manifest_is_read_once_to_remove_old_backups(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        backed_up(repository, number, text(tmp_path / "a", "content"))
    read, seen = repository.storage.read, []

    def noting(path: str) -> Iterator[bytes]:
        seen.append(path)
        return read(path)

    monkeypatch.setattr(repository.storage, "read", noting)
    repository.remove_older(NOW, 30)
    assert len(seen) == len(set(seen)) == 3


def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an object store is: no folder of this machine."""
    monkeypatch.setattr(Storage, "folder", None)


def test_without_a_lock_only_old_orphans_go(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that runs beside has written objects that no manifest names yet."""
    backed_up(repository, 1, text(tmp_path / "a", "named"))
    for name in ("young", "old"):
        FileStore(repository, None).store("reports", name, text(tmp_path / name, name))
    now = datetime.now(UTC)
    paths = {path.name: path for path in (tmp_path / "repository" / "objects").rglob("*") if path.is_file()}
    aged = (now - timedelta(days=2)).timestamp()
    for content in (b"old", b"named"):
        os.utime(paths[hashlib.sha256(content).hexdigest()], (aged, aged))
    without_lock(monkeypatch)
    newest = repository.newest()
    assert set(repository.reusable(newest)) == {hashlib.sha256(c).hexdigest() for c in (b"named", b"young")}
    assert removed(repository.remove_older(now, 30)) == (0, 1)
    assert set(repository.objects()) == {hashlib.sha256(c).hexdigest() for c in (b"named", b"young")}


def test_two_backups_never_have_one_name(repository: Repository, tmp_path: Path) -> None:
    backed_up(repository, 1, text(tmp_path / "a", "content"))
    with pytest.raises(TransientError):
        repository.publish(manifest(1, [], NOW + timedelta(days=1)))
