"""A backup restored to another place holds the same tables and files, names no old path, and brings nobody back."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from deltalake import DeltaTable

from tests.lake.builders import measure, no_spark
from tests.s3_server import BUCKET, KEYS, client, s3_server
from triage.backup.backup import back_up, list_backups, verify_backup
from triage.backup.contents.erasures import LIST, stored_rows
from triage.backup.contents.store_files import FileStore
from triage.backup.contents.tables import store_tables
from triage.backup.keys_file import write_development_key
from triage.backup.printing import print_restore
from triage.backup.repository.manifest import Manifest
from triage.backup.repository.repository import Repository
from triage.backup.restoring.restore import RestoreResult, restore
from triage.backup.restoring.staging import staging_folder
from triage.config import Settings, load_settings
from triage.errors import ConfigError, ContractError, KeyMaterialError, PrivacyError
from triage.lake.restored import RECORD, erasing, read_record, settle
from triage.lake.review_journal import journal_file, review_folder
from triage.lake.store import Store
from triage.lake.tables import ERASURES, LEDGER, QUALITY
from triage.paths import is_local

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
DEVELOPMENT_KEY = "triage-development-key:" + "5a" * 32 + "\n"
LOCATIONS = ("plain", "uri", "elsewhere", "beginning alike")


def nobody() -> Any:
    raise AssertionError("Nobody is erased here.")


def settings_for(root: Path) -> Settings:
    return load_settings(overrides=[f"lake.root={root}"])


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of two tables, one with a checkpoint in its log."""
    root = tmp_path_factory.mktemp("tables") / "lake"
    store = Store(no_spark, str(root))
    store.append_rows(LEDGER, [{"file_key": "f", "batch_id": 1, "kind": "file", "planned_at": WHEN}], 1)
    for number in range(1, 13):
        store.append_rows(QUALITY, [measure(number)], number)
    return root


@pytest.fixture
def settings(tables: Path, tmp_path: Path) -> Settings:
    """The lake with MLflow, a report, a certificate, an answer in the journal and a development key."""
    settings = settings_for(tmp_path / "old" / "lake")
    shutil.copytree(tables, settings.lake.root)
    artifacts = tmp_path / "old" / "lake.mlflow" / "artifacts"
    write(artifacts / "1" / "labels" / "model.bin", "weights")
    with closing(sqlite3.connect(artifacts.parent / "mlflow.db")) as base, base:
        base.execute("CREATE TABLE runs (name TEXT, artifact_uri VARCHAR(200))")
        places = (str(artifacts), artifacts.as_uri() + "/1", "/other/artifacts", f"{artifacts}2/x")
        base.executemany("INSERT INTO runs VALUES (?, ?)", zip(LOCATIONS, places, strict=True))
    write(settings.reports_folder / "batches-1.html", "<html>")
    write(settings.certificates_folder / "erasure-1.json", "{}")
    write(settings.keys_folder / "development.key", DEVELOPMENT_KEY)
    (settings.keys_folder / "development.key").chmod(0o600)
    review_folder(settings.lake.root).mkdir()
    with closing(sqlite3.connect(journal_file(review_folder(settings.lake.root)))) as base, base:
        base.execute("CREATE TABLE answers (label TEXT)")
        base.execute("INSERT INTO answers VALUES ('billing')")
    return settings


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def restored(tmp_path: Path, name: str | None = None) -> RestoreResult:
    new = settings_for(tmp_path / "new" / "lake")
    return restore(new, str(tmp_path / "repository"), name, None, nobody)


def backed_up(settings: Settings, tmp_path: Path) -> str:
    return back_up(settings, str(tmp_path / "repository"), []).manifest.name


def content(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file() and not file.name.startswith((".", "_last", RECORD)))
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def rows(root: Path | str, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = DeltaTable(f"{root}/{table}").to_pyarrow_table().to_pylist()
    return sorted(found, key=repr)


def test_tables_and_files_are_the_same_elsewhere(settings: Settings, tmp_path: Path) -> None:
    backed_up(settings, tmp_path)
    result = restored(tmp_path)
    old, new = Path(settings.lake.root), tmp_path / "new" / "lake"
    assert content(new).items() <= content(old).items()
    for table in ("ops/ledger", "metrics/quality"):
        assert rows(new, table) == rows(old, table)
        assert DeltaTable(str(new / table)).version() == DeltaTable(str(old / table)).version()
    assert Store(no_spark, str(new)).last_batch(QUALITY) == 12, "batches stay known"
    for place in ("reports", "certificates"):
        assert content(Path(f"{new}.{place}")) == content(Path(f"{old}.{place}"))
    assert (tmp_path / "new/lake.mlflow/artifacts/1/labels/model.bin").read_text("utf-8") == "weights"
    with closing(sqlite3.connect(journal_file(review_folder(str(new))))) as base:
        assert base.execute("SELECT label FROM answers").fetchall() == [("billing",)]
    assert {file.name for file in Path(f"{new}.conf").iterdir()} >= {"local.yaml", "privacy.yaml", "taxonomy.yaml"}
    assert result.due == () and not staging_folder(new).exists()


def test_mlflow_names_artifacts_at_the_new_place(settings: Settings, tmp_path: Path) -> None:
    backed_up(settings, tmp_path)
    restored(tmp_path)
    new, old = tmp_path / "new/lake.mlflow/artifacts", tmp_path / "old/lake.mlflow/artifacts"
    with closing(sqlite3.connect(tmp_path / "new/lake.mlflow/mlflow.db")) as base:
        places = dict(base.execute("SELECT name, artifact_uri FROM runs").fetchall())
    assert places == {
        "plain": str(new),
        "uri": f"file://{new}/1",
        "elsewhere": "/other/artifacts",
        "beginning alike": f"{old}2/x",
    }


def test_the_key_is_in_no_file(settings: Settings, tmp_path: Path) -> None:
    backed_up(settings, tmp_path)
    for file in (file for file in (tmp_path / "repository").rglob("*") if file.is_file()):
        assert b"5a5a5a5a" not in file.read_bytes(), file
    manifest = Repository(str(tmp_path / "repository")).manifest()
    assert [one.what for one in manifest.omissions] == ["the key"]


def test_the_development_key_goes_to_a_file_of_its_own(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    repository, file = str(tmp_path / "repository"), tmp_path / "safe.key"
    write_development_key(settings, file, repository)
    assert file.read_text("utf-8") == DEVELOPMENT_KEY and file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match="already"):
        write_development_key(settings, file, repository)
    for beside in (tmp_path / "repository" / "key", Path(settings.lake.root) / "key"):
        with pytest.raises(ConfigError, match="beside what it opens"):
            write_development_key(settings, beside, repository)
    monkeypatch.setenv("TRIAGE_KEY", "5a" * 32)
    with pytest.raises(KeyMaterialError):
        write_development_key(settings, tmp_path / "other.key", repository)


def test_a_second_backup_stores_only_what_is_new(settings: Settings, tmp_path: Path) -> None:
    first = back_up(settings, str(tmp_path / "repository"), [])
    again = back_up(settings, str(tmp_path / "repository"), [])
    assert first.new_objects > 20 and again.new_objects == 0
    Store(no_spark, settings.lake.root).append_rows(QUALITY, [measure(13)], 13)
    assert back_up(settings, str(tmp_path / "repository"), []).new_objects == 2, "a data file and a commit"


@pytest.mark.parametrize("damage", ["altered", "absent"])
def test_a_damaged_backup_puts_nothing_in_place(settings: Settings, tmp_path: Path, damage: str) -> None:
    backed_up(settings, tmp_path)
    file = max((p for p in (tmp_path / "repository" / "objects").rglob("*") if p.is_file()), key=lambda p: p.name)
    if damage == "altered":
        file.write_bytes(file.read_bytes()[::-1] + b"!")
    else:
        file.unlink()
    with pytest.raises(ContractError):
        verify_backup(settings, str(tmp_path / "repository"), None)
    with pytest.raises(ContractError):
        restored(tmp_path)
    assert not (tmp_path / "new" / "lake").exists() and not (tmp_path / "new" / "lake.mlflow").exists()


@pytest.mark.parametrize("place", ["", ".mlflow/artifacts", ".reports", ".conf"])
def test_nothing_is_restored_over_something(settings: Settings, tmp_path: Path, place: str) -> None:
    backed_up(settings, tmp_path)
    mine = tmp_path / "new" / f"lake{place}" / "mine"
    write(mine, "mine")
    with pytest.raises(ConfigError, match="something already"):
        restored(tmp_path)
    assert [file for file in (tmp_path / "new").rglob("*") if file.is_file()] == [mine]


@pytest.mark.parametrize("moves", range(7))
def test_a_killed_restore_goes_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    backed_up(settings, tmp_path)
    rename, left = Path.rename, moves

    def killed(self: Path, target: Path) -> Path:
        nonlocal left
        if left == 0 and "restoring" in str(self):
            raise KeyboardInterrupt
        left -= "restoring" in str(self)
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            restored(tmp_path)
    assert not (tmp_path / "new" / "lake").exists(), "the lake comes last"
    restored(tmp_path)
    assert rows(tmp_path / "new" / "lake", "metrics/quality") == rows(settings.lake.root, "metrics/quality")
    assert (tmp_path / "new/lake.mlflow/mlflow.db").exists() and (tmp_path / "new/lake.reports").exists()


def test_a_backup_beside_a_writer_is_a_moment_of_it(settings: Settings, tmp_path: Path) -> None:
    """The writer plans, then measures, as a run does; old versions are cleared in between, as an erasure does."""
    stop, numbers = Event(), iter(range(13, 10_000))
    store = Store(no_spark, settings.lake.root)

    def work() -> None:
        while not stop.is_set():
            number = next(numbers)
            store.append_rows(
                LEDGER, [{"file_key": "f", "batch_id": number, "kind": "file", "planned_at": WHEN}], number
            )
            store.append_rows(QUALITY, [measure(number)], number)
            store.merge_small_files(QUALITY, 8)

    thread = Thread(target=work)
    thread.start()
    try:
        names = [backed_up(settings, tmp_path) for _ in range(4)]
    finally:
        stop.set()
        thread.join()
    for name in names:
        shutil.rmtree(tmp_path / "new", ignore_errors=True)
        restored(tmp_path, name)
        new = tmp_path / "new" / "lake"
        planned, measured = (max(row["batch_id"] for row in rows(new, t)) for t in ("ops/ledger", "metrics/quality"))
        assert measured <= planned <= measured + 1 or (planned, measured) == (1, 12), "what a killed run leaves"
        assert [row["batch_id"] for row in sorted(rows(new, "metrics/quality"), key=lambda r: r["batch_id"])] == list(
            range(1, measured + 1)
        )


def erasure(name: str, phase: str, subject: str) -> dict[str, Any]:
    return {
        "erasure_id": name, "phase": phase, "erased_at": WHEN, "subject_hash": subject * 64, "salted_hash": "0" * 64,
        "mail_hashes": [subject * 64], "counts": {},
    }  # fmt: skip


def test_a_lake_with_erasures_due_is_used_by_an_erasure_only(settings: Settings, tmp_path: Path) -> None:
    store = Store(no_spark, settings.lake.root)
    store.add(ERASURES, [erasure("before", "begun", "a"), erasure("before", "done", "a")])
    older = backed_up(settings, tmp_path)
    store.add(ERASURES, [erasure("since", "begun", "b"), erasure("since", "done", "b"), erasure("open", "begun", "c")])
    backed_up(settings, tmp_path)
    result = restored_without_key(tmp_path, older)
    assert result.gaps == () and print_restore(result) == 1
    known = {(row["erasure_id"], row["phase"]) for row in rows(tmp_path / "new" / "lake", "ops/erasures")}
    assert known == {(row["erasure_id"], row["phase"]) for row in rows(settings.lake.root, "ops/erasures")}, (
        "mail of these persons does not come back from an export"
    )
    assert {one.erasure_id for one in result.due} == {"since", "open"}
    new = str(tmp_path / "new" / "lake")
    with pytest.raises(PrivacyError, match="since"):
        Store(no_spark, new).exists(LEDGER)
    with erasing():
        assert Store(no_spark, new).exists(LEDGER)
    moved = str(tmp_path / "elsewhere")
    Path(new).rename(moved)
    with pytest.raises(PrivacyError, match="since"):
        Store(no_spark, moved).exists(LEDGER)
    Path(moved).rename(new)
    assert Path(new, RECORD).stat().st_mode & 0o077 == 0, "it holds hashes of persons"
    settle(new, ["Berta"], {"Berta": "b" * 64}.__getitem__)
    record = read_record(new)
    assert record is not None
    assert [one.erasure_id for one in record.due] == ["open"]
    settle(new, ["Carl"], {"Carl": "c" * 64}.__getitem__)
    assert Store(no_spark, new).exists(LEDGER)


def restored_without_key(tmp_path: Path, name: str) -> RestoreResult:
    """In production there is no development key, so nothing can be erased again at once."""
    new = load_settings(overrides=[f"lake.root={tmp_path / 'new' / 'lake'}", "mode=production"])
    return restore(new, str(tmp_path / "repository"), name, None, nobody)


def test_the_newest_backup_has_no_erasure_due(settings: Settings, tmp_path: Path) -> None:
    store = Store(no_spark, settings.lake.root)
    store.add(ERASURES, [erasure("before", "begun", "a"), erasure("before", "done", "a")])
    backed_up(settings, tmp_path)
    assert restored(tmp_path).due == ()


@pytest.mark.parametrize(
    ("to", "lake"),
    [("{lake}/inside", None), ("{lake}", None), ("{parent}", None), (None, None), ("{parent}/r", "s3a://bucket/lake")],
    ids=["within the lake", "the lake", "around the lake", "not named", "a remote lake"],
)
def test_wrong_places_are_refused(settings: Settings, to: str | None, lake: str | None) -> None:
    root = Path(settings.lake.root)
    place = to.format(lake=root, parent=root.parent) if to else None
    if lake:
        assert not is_local(lake)
        settings = settings.model_copy(update={"lake": settings.lake.model_copy(update={"root": lake})})
    with pytest.raises(ConfigError):
        back_up(settings, place, [])


def test_a_manifest_shows_no_password(settings: Settings, tmp_path: Path) -> None:
    uri = "postgresql://triage:hunter2@db.example:5432/mlflow?sslkey=x"
    server = settings.model_copy(update={"mlflow": settings.mlflow.model_copy(update={"tracking_uri": uri})})
    manifest = back_up(server, str(tmp_path / "repository"), []).manifest
    assert manifest.tracking == "postgresql://db.example:5432/mlflow"
    assert "hunter2" not in json.dumps(manifest.model_dump(mode="json"))
    assert any("pg_dump" in one.why for one in manifest.omissions)


def test_an_erasure_that_only_an_older_backup_knows_is_due(settings: Settings, tmp_path: Path) -> None:
    """The lake was restored since, and its erasures after that backup are in no newer list."""
    store, original = Store(no_spark, settings.lake.root), tmp_path / "original"
    shutil.copytree(settings.lake.root, original)
    older = backed_up(settings, tmp_path)
    store.add(ERASURES, [erasure("since", "begun", "b"), erasure("since", "done", "b")])
    backed_up(settings, tmp_path)
    shutil.rmtree(settings.lake.root)
    original.rename(settings.lake.root)
    newest = backed_up(settings, tmp_path)
    repository = Repository(str(tmp_path / "repository"))
    carried = stored_rows(repository, repository.manifest(newest), LIST)
    assert [(row["erasure_id"], row["phase"]) for row in carried] == [("since", "begun"), ("since", "done")]
    assert [one.erasure_id for one in restored_without_key(tmp_path, older).due] == ["since"]


def test_two_lakes_have_two_repositories(settings: Settings, tmp_path: Path) -> None:
    backed_up(settings, tmp_path)
    other = settings_for(tmp_path / "other" / "lake")
    Store(no_spark, other.lake.root).append_rows(
        LEDGER, [{"file_key": "f", "batch_id": 1, "kind": "file", "planned_at": WHEN}], 1
    )
    with pytest.raises(ConfigError, match="another lake"):
        back_up(other, str(tmp_path / "repository"), [])
    restored(tmp_path)
    same = settings_for(tmp_path / "new" / "lake")
    assert back_up(same, str(tmp_path / "repository"), []).manifest.name.startswith("000002-"), "it is the same lake"


def test_a_damaged_manifest_is_a_gap_and_blocks_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = backed_up(settings, tmp_path), backed_up(settings, tmp_path)
    [file] = (tmp_path / "repository" / "backups").glob(f"{second}-*")
    file.write_bytes(file.read_bytes() + b" ")
    third = back_up(settings, str(tmp_path / "repository"), [])
    assert third.removed.damaged == (second,) and third.manifest.name.startswith("000003-")
    result = restored(tmp_path, first)
    assert result.gaps == (second,) and print_restore(result) == 1
    assert second in capsys.readouterr().out
    shutil.rmtree(tmp_path / "new")
    shutil.rmtree(tmp_path / "new", ignore_errors=True)
    assert print_restore(restored(tmp_path, third.manifest.name)) == 0, "it is newer than the damaged one"


def test_the_hint_of_a_checkpoint_is_not_in_a_backup(settings: Settings, tmp_path: Path) -> None:
    """It may name a checkpoint that a writer made after the moment of the backup."""
    assert list(Path(settings.lake.root).rglob("_last_checkpoint"))
    manifest = back_up(settings, str(tmp_path / "repository"), []).manifest
    assert not [entry.path for entry in manifest.entries if entry.path.endswith("_last_checkpoint")]


def test_a_table_that_does_not_open_puts_nothing_in_place(settings: Settings, tmp_path: Path) -> None:
    """Each object has its SHA-256, and still a commit is not one."""
    [commit] = Path(settings.lake.root, "ops/ledger/_delta_log").glob("*0.json")
    commit.write_text("no commit\n", "utf-8")
    with pytest.raises(ContractError):
        restore_of_any(settings, tmp_path)
    assert not (tmp_path / "new" / "lake").exists()


def restore_of_any(settings: Settings, tmp_path: Path) -> RestoreResult:
    """A backup without the checks that a lake must pass before it is backed up."""
    repository = Repository(str(tmp_path / "repository"))
    tables = store_tables(Path(settings.lake.root), FileStore(repository, None))
    repository.publish(
        Manifest(
            name="000001-x", snapshot_at=tables.at, ended_at=WHEN, lake_root="", artifacts=None, tracking="",
            format_version=1, tables=tables.versions, entries=tables.entries,
        )
    )  # fmt: skip
    return restored(tmp_path)


def test_mlflow_beside_the_lake_keeps_its_files_name(settings: Settings, tmp_path: Path) -> None:
    """Its folder is the lake's own parent, and holds other things."""
    backed_up(settings, tmp_path)
    new, mine = tmp_path / "new" / "lake", tmp_path / "new" / "mine"
    write(mine, "mine")
    database = tmp_path / "new" / "tracking.sqlite"
    named = load_settings(overrides=[f"lake.root={new}", f"mlflow.tracking_uri=sqlite:///{database}"])
    restore(named, str(tmp_path / "repository"), None, None, nobody)
    with closing(sqlite3.connect(database)) as base:
        places = dict(base.execute("SELECT name, artifact_uri FROM runs").fetchall())
    assert places["plain"] == str(tmp_path / "new" / "artifacts")
    assert (tmp_path / "new/artifacts/1/labels/model.bin").read_text("utf-8") == "weights"
    assert mine.read_text("utf-8") == "mine" and rows(new, "metrics/quality")


@pytest.mark.slow
def test_a_repository_in_a_bucket(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Backed up twice, verified, and restored: the same files, and of the second backup only what was new."""
    for name, value in {**KEYS, "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "server").mkdir()
    with s3_server(tmp_path / "server") as address:
        uri = f"s3://{BUCKET}/backups?scheme=http&endpoint_override={address.removeprefix('http://')}"
        first = back_up(settings, uri, [])
        write(settings.reports_folder / "batches-2.html", "<html>")
        write(settings.reports_folder / "batches-3.html", "<p>")
        second = back_up(settings, uri, [])
        assert (first.new_objects > 10, second.new_objects) == (True, 1), "two reports have one content"
        assert [one.name for one in list_backups(settings, uri).manifests] == [
            first.manifest.name,
            second.manifest.name,
        ]
        assert verify_backup(settings, uri, None) == second.manifest
        new = settings_for(tmp_path / "new" / "lake")
        restore(new, uri, None, None, nobody)
        keys = [one["Key"] for one in client(address).list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert content(Path(new.lake.root)).items() <= content(Path(settings.lake.root)).items()
    for table in ("ops/ledger", "metrics/quality"):
        assert rows(new.lake.root, table) == rows(settings.lake.root, table)
    assert content(new.reports_folder) == content(settings.reports_folder)
    assert len(keys) == first.new_objects + second.new_objects + 2, "objects and two manifests, no drafts"
