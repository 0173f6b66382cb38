"""A small lake that delta-rs wrote, with a key, sources, a log of runs and a registry; each test damages a copy."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.labelling.mlmodel import write_mlmodel
from triage.config import Settings, load_settings
from triage.doctor.finding import Finding
from triage.doctor.patient import Machine, Patient
from triage.labelling.registry.manifest import write_manifest
from triage.lake.store import Store
from triage.lake.tables import LEDGER, RAW_MAIL, RUNS
from triage.privacy.pseudonyms.keys import Keys, load_keys
from triage.privacy.pseudonyms.sealing import seal

BATCHES = 13
"""One more commit than a checkpoint is old, so that a log has both."""


def no_spark() -> NoReturn:
    raise AssertionError("the doctor's tests start no JVM")


@dataclass(frozen=True)
class Ward:
    """A lake in a folder of its own with all that lies beside it."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "lake"

    @property
    def source(self) -> Path:
        return self.folder / "export"

    @property
    def log(self) -> Path:
        return self.root / LEDGER.name / "_delta_log"

    @property
    def key(self) -> Path:
        return self.folder / "lake.keys" / "development.key"

    def settings(self, *overrides: str) -> Settings:
        given = [f"lake.root={self.root}", f"sources={self.source}", *overrides]
        return load_settings(overrides=given)

    def findings(self, check: Callable[[Patient], Any], *overrides: str) -> list[Finding]:
        return list(check(Patient(self.settings(*overrides), Machine())))


@pytest.fixture(scope="session")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    ward = Ward(tmp_path_factory.mktemp("ward"))
    ward.source.mkdir()
    (ward.source / "a.eml").write_bytes(b"Subject: a\n\nb\n")
    (ward.folder / "lake.lock").touch()
    write_tables(ward)
    write_attempts(ward, hours_ago=1)
    write_registry(ward)
    return ward


@pytest.fixture
def ward(healthy: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ward:
    """A copy of the healthy lake, whose key is the development key beside it."""
    monkeypatch.delenv("TRIAGE_KEY", raising=False)
    shutil.copytree(healthy.folder, tmp_path / "ward")
    copy = Ward(tmp_path / "ward")
    with closing(sqlite3.connect(copy.folder / "lake.mlflow" / "mlflow.db")) as database, database:
        database.execute("UPDATE model_versions SET source = ?", (str(copy.folder / "model"),))
    return copy


def write_tables(ward: Ward) -> None:
    keys = load_keys(ward.settings())
    store = Store(no_spark, str(ward.root))
    for batch in range(1, BATCHES + 1):
        store.append_rows(LEDGER, [planned(batch, ward.source, keys)], batch)
        store.append_rows(RAW_MAIL, [{"mail_key": f"{batch:064x}", "batch_id": batch}], batch)
    run = {"run_id": "r1", "started_at": datetime.now(UTC) - timedelta(hours=1), "seconds": 1.0, "batches": [1]}
    store.append_rows(RUNS, [run], BATCHES)


def planned(batch: int, source: Path, keys: Keys) -> dict[str, Any]:
    key = f"{batch:032x}"
    return {
        "file_key": key,
        "batch_id": batch,
        "kind": "file",
        "path": f"{source}/<FILE_000000_0000000000000000>",
        "sealed_path": seal(b"a path", key.encode(), keys),
        "planned_at": datetime.now(UTC),
    }


def write_attempts(ward: Ward, *, hours_ago: float, exit_code: int | None = 0) -> None:
    """One nightly run a day, the last so many hours ago; exit code None is one without an end."""
    folder = ward.folder / "lake.reports"
    folder.mkdir(exist_ok=True)
    lines = []
    for day in range(3, -1, -1):
        at = datetime.now(UTC) - timedelta(days=day, hours=hours_ago)
        start = {"attempt": f"{day}", "event": "start", "job": "nightly", "at": at.isoformat(), "process": 1}
        end = {"attempt": f"{day}", "event": "end", "at": at.isoformat(), "exit_code": exit_code or 0, "run_id": "r"}
        lines += [start] if exit_code is None and day == 0 else [start, end]
    (folder / "attempts.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")


def write_registry(ward: Ward) -> None:
    """The tables of MLflow's store that name the champion, as its own client leaves them (tests/labelling/registry)."""
    model = ward.folder / "model"
    model.mkdir()
    (model / "model.json").write_text("{}", "utf-8")
    write_mlmodel(model)
    digest = write_manifest(model)
    (ward.folder / "lake.mlflow").mkdir()
    with closing(sqlite3.connect(ward.folder / "lake.mlflow" / "mlflow.db")) as database, database:
        database.executescript(
            "CREATE TABLE registered_model_aliases (name TEXT, alias TEXT, version INT);"
            "CREATE TABLE model_versions (name TEXT, version INT, source TEXT, storage_location TEXT);"
            "CREATE TABLE model_version_tags (name TEXT, version INT, key TEXT, value TEXT);"
            "INSERT INTO registered_model_aliases VALUES ('triage-labels', 'champion', 3);"
        )
        database.execute("INSERT INTO model_versions VALUES ('triage-labels', 3, ?, NULL)", (str(model),))
        tag = ("triage-labels", 3, "manifest_sha256", digest)
        database.execute("INSERT INTO model_version_tags VALUES (?, ?, ?, ?)", tag)


def age(file: Path, hours: float) -> None:
    """Makes a file so many hours old; a negative number puts it into the future."""
    at = datetime.now(UTC).timestamp() - hours * 3_600
    os.utime(file, (at, at))
