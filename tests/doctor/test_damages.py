from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.doctor.conftest import Ward, age, no_spark, planned, write_attempts
from triage.doctor.examine import examine
from triage.doctor.finding import Status, worst
from triage.doctor.printing import exit_code
from triage.doctor.registry import CHECKS
from triage.lake.locks import Holder, lake_lock
from triage.lake.store import Store
from triage.lake.tables import APPLIED_MIGRATIONS, LEDGER, RAW_MAIL
from triage.privacy.pseudonyms.keys import load_keys

Damage = Callable[[Ward], object]


def first_data_file(ward: Ward) -> Path:
    return next(iter(sorted((ward.root / RAW_MAIL.name).glob("*.parquet"))))


def commit(ward: Ward, version: int) -> Path:
    return ward.log / f"{version:020d}.json"


def orphan(ward: Ward, hours: float) -> None:
    file = ward.root / RAW_MAIL.name / "part-00000-of-a-killed-writer.parquet"
    file.write_bytes(b"PAR1")
    age(file, hours)


def checkpoint(ward: Ward) -> Path:
    return ward.log / f"{10:020d}.checkpoint.parquet"


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def new_protocol(ward: Ward) -> None:
    """As ALTER TABLE … SET TBLPROPERTIES (delta.enableDeletionVectors = true) leaves it."""
    features = {"readerFeatures": ["deletionVectors"], "writerFeatures": ["deletionVectors"]}
    action = {"protocol": {"minReaderVersion": 3, "minWriterVersion": 7, **features}}
    commit(ward, 13).write_text(json.dumps(action) + "\n", "utf-8")


def column(ward: Ward, name: str, kind: str) -> None:
    """A commit with a schema in which one column is another, or has another type."""
    first = [json.loads(line) for line in commit(ward, 0).read_text("utf-8").splitlines()]
    data = next(action["metaData"] for action in first if "metaData" in action)
    schema = json.loads(data["schemaString"])
    fields = [one for one in schema["fields"] if one["name"] != name]
    schema["fields"] = [*fields, {"name": name, "type": kind, "nullable": True, "metadata": {}}]
    data["schemaString"] = json.dumps(schema)
    commit(ward, 13).write_text(json.dumps({"metaData": data}) + "\n", "utf-8")


def newer_format(ward: Ward) -> None:
    row = {"format_version": 99, "name": "of later", "applied_at": datetime.now(UTC)}
    Store(no_spark, str(ward.root)).add(APPLIED_MIGRATIONS, [row])


def another_key(ward: Ward) -> None:
    ward.key.write_text("triage-development-key:" + "ab" * 32, "ascii")


def many_small_files(ward: Ward) -> None:
    lines = []
    for number in range(150):
        file = ward.root / LEDGER.name / f"part-{number}.parquet"
        file.write_bytes(b"x" * 10)
        lines.append(
            {"add": {"path": file.name, "partitionValues": {}, "size": 10, "modificationTime": 1, "dataChange": True}}
        )
    commit(ward, 13).write_text("\n".join(map(json.dumps, lines)) + "\n", "utf-8")


def emptied(ward: Ward) -> None:
    keys = load_keys(ward.settings())
    Store(no_spark, str(ward.root)).append_rows(LEDGER, [planned(14, ward.source, keys)], 14)
    empty(ward)


def empty(ward: Ward) -> None:
    (ward.source / "a.eml").unlink()


def change_model(ward: Ward) -> None:
    (ward.folder / "model" / "model.json").write_text('{"a": 1}', "utf-8")


def swap_model(ward: Ward) -> None:
    """Who can change a file can write the manifest anew, but not the digest at the registry."""
    from triage.labelling.registry.manifest import write_manifest

    change_model(ward)
    write_manifest(ward.folder / "model")


def no_database(ward: Ward) -> None:
    truncate(ward.folder / "lake.mlflow" / "mlflow.db")


def spark_folder(_: Ward) -> None:
    folder = Path(tempfile.gettempdir()) / "blockmgr-00000000-0000-0000-0000-000000000000"
    folder.mkdir()
    (folder / "data").write_bytes(b"x" * 1000)


def stale_record(ward: Ward) -> None:
    Path(f"{ward.root}.lock.json").write_text(json.dumps(Holder().to_json()), "utf-8")


def lose_commit(ward: Ward) -> None:
    commit(ward, 11).unlink()


DAMAGES: dict[str, tuple[Damage, str, Status, str]] = {
    "nothing, tables": (lambda _: None, "tables", "ok", "in order"),
    "nothing, key": (lambda _: None, "key", "ok", "this lake's"),
    "nothing, registry": (lambda _: None, "registry", "ok", "Version 3 is champion"),
    "nothing, clock": (lambda _: None, "clock", "ok", "not behind"),
    "nothing, sources": (lambda _: None, "sources", "ok", "One file"),
    "nothing, scheduler": (lambda _: None, "scheduler", "ok", "24.0 hours are usual"),
    "a deleted commit": (lose_commit, "tables", "fault", "lacks 1 of its commits, version 11"),
    "a truncated commit": (lambda ward: truncate(commit(ward, 12)), "tables", "fault", "cannot be read"),
    "an empty commit": (lambda ward: commit(ward, 12).write_bytes(b""), "tables", "fault", "cannot be read"),
    "a truncated checkpoint": (lambda ward: truncate(checkpoint(ward)), "tables", "fault", "cannot be read"),
    "a deleted checkpoint": (lambda ward: checkpoint(ward).unlink(), "tables", "fault", "_last_checkpoint"),
    "a deleted data file": (lambda ward: first_data_file(ward).unlink(), "tables", "fault", "1 of its 13 data files"),
    "a truncated data file": (
        lambda ward: truncate(first_data_file(ward)),
        "tables",
        "fault",
        "1 of its 13 data files",
    ),
    "an orphan": (lambda ward: orphan(ward, 2), "tables", "warning", "names 1 of the files"),
    "a file that is being written": (lambda ward: orphan(ward, 0), "tables", "ok", "in order"),
    "a newer protocol": (new_protocol, "tables", "warning", "(3, 7)"),
    "an undeclared column": (lambda ward: column(ward, "of_later", "string"), "tables", "warning", "of_later"),
    "a column of another type": (lambda ward: column(ward, "batch_id", "string"), "tables", "fault", "batch_id"),
    "a lake of a newer format": (newer_format, "tables", "fault", "format version 99"),
    "many small files": (many_small_files, "tables", "warning", "smaller than a MiB"),
    "another key": (another_key, "key", "fault", "not the one"),
    "a malformed key": (lambda ward: ward.key.write_text("secret!", "ascii"), "key", "fault", "neither hex nor base64"),
    "a lost key": (lambda ward: ward.key.unlink(), "key", "fault", "its key is gone"),
    "a key that others may read": (lambda ward: ward.key.chmod(0o644), "key", "fault", "Others may read"),
    "a lost source": (lambda ward: ward.source.rename(ward.folder / "away"), "sources", "fault", "does not exist"),
    "an empty source": (empty, "sources", "warning", "It is empty"),
    "an emptied source": (emptied, "sources", "fault", "earlier runs read files of it"),
    "a clock behind the log": (lambda ward: age(commit(ward, 12), -3), "clock", "fault", "3 hours behind"),
    "a clock behind the last run": (lambda ward: write_attempts(ward, hours_ago=-1), "clock", "fault", "60 minutes"),
    "a changed model": (change_model, "registry", "fault", "model.json was changed"),
    "a model with a new manifest": (swap_model, "registry", "fault", "not the one that was registered"),
    "a broken registry": (no_database, "registry", "fault", "does not answer"),
    "a run that is overdue": (lambda ward: write_attempts(ward, hours_ago=40), "scheduler", "warning", "overdue"),
    "a run that failed": (lambda w: write_attempts(w, hours_ago=1, exit_code=1), "scheduler", "fault", "exit code 1"),
    "a run that was killed": (
        lambda w: write_attempts(w, hours_ago=1, exit_code=None),
        "scheduler",
        "warning",
        "killed",
    ),
    "a stale record of a lock": (stale_record, "locks", "warning", "A job that was killed"),
    "a killed Spark's folder": (spark_folder, "leftovers", "warning", "left 1 folders"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_is_found_with_its_remedy_and_exit_code(
    name: str, ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage, check, status, words = DAMAGES[name]
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr("triage.doctor.machine.leftovers._oldest_jvm", lambda _: None)
    damage(ward)
    before = contents(ward.folder)

    found = ward.findings(CHECKS[check])

    assert worst(one.status for one in found) == status
    assert any(words in one.what for one in found if one.status == status), [one.what for one in found]
    assert all(one.remedy.endswith(".") for one in found if one.status != "ok")
    assert exit_code({check: found}) == (1 if status == "fault" else 0)
    assert contents(ward.folder) == before, "the doctor writes nothing"


def contents(folder: Path) -> dict[str, tuple[int, int, int]]:
    found = {str(file): file.stat() for file in folder.rglob("*")}
    return {name: (stat.S_IMODE(one.st_mode), one.st_size, one.st_mtime_ns) for name, one in found.items()}


@pytest.mark.parametrize(
    ("free", "status"), [(10 * 2**30, "ok"), (2**30, "warning"), (2**20, "fault")], ids=["enough", "little", "full"]
)
def test_free_space(ward: Ward, free: int, status: Status, monkeypatch: pytest.MonkeyPatch) -> None:
    space = SimpleNamespace(f_bavail=free // 4096, f_frsize=4096, f_files=10**7, f_favail=10**6, f_flag=0)
    monkeypatch.setattr(os, "statvfs", lambda _: space)
    found = ward.findings(CHECKS["disk"])
    assert {one.subject: one.status for one in found} == {"lake": status, "TMPDIR": status, "environment": status}


def test_a_lake_that_is_mounted_to_be_read_only(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    space = SimpleNamespace(f_bavail=10**8, f_frsize=4096, f_files=0, f_favail=0, f_flag=os.ST_RDONLY)
    monkeypatch.setattr(os, "statvfs", lambda _: space)
    found = ward.findings(CHECKS["disk"])
    assert [one.what for one in found if one.status == "fault"] == [
        "The lake's folder cannot be written: its file system is mounted to be read only."
    ]


def test_a_held_lock_names_its_process_and_stays_free_for_runs(ward: Ward) -> None:
    with lake_lock(str(ward.root)):
        found = ward.findings(CHECKS["locks"])
    assert any(f"Process {os.getpid()} holds the lock" in one.what and one.subject == "lake" for one in found)
    assert not any("holds" in one.what for one in ward.findings(CHECKS["locks"]))


@pytest.mark.parametrize("check", CHECKS)
def test_a_lake_that_is_absent_stops_no_check(check: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    found = Ward(tmp_path).findings(CHECKS[check])
    assert found
    assert not any("failed" in one.what for one in found)
    assert not list(tmp_path.iterdir()), "nothing is made"


def test_settings_that_are_wrong_leave_the_machine_to_be_looked_at(ward: Ward) -> None:
    found = examine(lambda: ward.settings("lake.rot=1"))
    assert [one.status for one in found["settings"]] == ["fault"]
    assert set(found) == {"python", "java", "packages", "jars", "settings"}
