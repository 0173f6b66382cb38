"""A lake is brought forward in order, ended after a kill, and refused where it is newer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from pyspark.sql import SparkSession

from tests.lake.builders import measure, no_spark
from triage.errors import ConfigError
from triage.lake.format import FORMAT_VERSION, UNRECORDED_VERSION
from triage.lake.migrations import MIGRATIONS
from triage.lake.migrations.migrate import migrate, record_new_lake
from triage.lake.migrations.migration import Migration
from triage.lake.store import Store
from triage.lake.tables import APPLIED_MIGRATIONS, LEDGER, QUALITY

PLAN = {"file_key": "f", "batch_id": 1, "kind": "file", "planned_at": datetime(2026, 3, 1, tzinfo=UTC)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A lake of the version that recorded none, with a table of fewer columns than are declared."""
    store = Store(no_spark, str(tmp_path / "lake"))
    store.append_rows(LEDGER, [PLAN], 1)
    old = pa.table({"batch_id": pa.array([1], pa.int64()), "stage": ["ingest"]})
    write_deltalake(store.path(QUALITY), old)
    return store


def applied(store: Store) -> list[tuple[int, str]]:
    return sorted(
        (row["format_version"], row["name"]) for row in store.rows(APPLIED_MIGRATIONS, ("format_version", "name"))
    )


def test_versions_follow_one_another() -> None:
    assert [one.version for one in MIGRATIONS] == list(range(UNRECORDED_VERSION + 1, FORMAT_VERSION + 1))
    assert len({one.name for one in MIGRATIONS}) == len(MIGRATIONS)


def test_an_old_lake_gets_the_declared_columns_and_keeps_its_rows(store: Store) -> None:
    migrate(store)
    table = DeltaTable(store.path(QUALITY))
    assert {field.name for field in table.schema().fields} == set(QUALITY.column_names)
    [row] = table.to_pyarrow_table().to_pylist()
    assert {name: value for name, value in row.items() if value is not None} == {"batch_id": 1, "stage": "ingest"}
    assert applied(store) == [(2, "declared columns"), (3, "data keys"), (4, "facts of answers and threads")]


def test_a_second_run_changes_nothing(store: Store) -> None:
    migrate(store)
    versions = [DeltaTable(store.path(table)).version() for table in (QUALITY, LEDGER, APPLIED_MIGRATIONS)]
    migrate(Store(no_spark, store.root))
    assert [DeltaTable(store.path(table)).version() for table in (QUALITY, LEDGER, APPLIED_MIGRATIONS)] == versions


def test_a_killed_migration_is_ended_by_the_next_run(store: Store) -> None:
    done: list[str] = []

    def killed(_: Store) -> None:
        done.append("half")
        raise KeyboardInterrupt

    two = Migration(2, "two", lambda _: done.append("two"))
    with pytest.raises(KeyboardInterrupt):
        migrate(store, migrations=[two, Migration(3, "three", killed)])
    assert applied(store) == [(2, "two")]
    again = Store(no_spark, store.root)
    migrate(again, migrations=[two, Migration(3, "three", lambda _: done.append("three"))])
    assert done == ["two", "half", "three"]
    assert [version for version, _ in applied_raw(store.root)] == [2, 3]


def applied_raw(root: str) -> list[tuple[int, Any]]:
    rows = DeltaTable(f"{root}/ops/migrations").to_pyarrow_table().to_pylist()
    return sorted((row["format_version"], row["name"]) for row in rows)


def test_a_lake_that_was_not_begun_stays_empty(tmp_path: Path) -> None:
    migrate(Store(no_spark, str(tmp_path / "lake")))
    assert not (tmp_path / "lake").exists()


def test_a_new_lake_is_of_the_present_version(tmp_path: Path) -> None:
    store = Store(no_spark, str(tmp_path / "lake"))
    store.append_rows(LEDGER, [PLAN], 1)
    record_new_lake(store)
    record_new_lake(store)
    assert applied(store) == [(FORMAT_VERSION, "new lake")]
    migrate(store, migrations=[Migration(2, "two", lambda _: pytest.fail("it was applied"))])


@pytest.mark.parametrize("use", ["read", "write", "migrate"])
def test_a_newer_lake_is_refused_with_both_versions(store: Store, use: str) -> None:
    newer = FORMAT_VERSION + 5
    store.append_rows(APPLIED_MIGRATIONS, [{"format_version": newer, "name": "later"}], newer)
    fresh = Store(no_spark, store.root)
    calls: dict[str, Callable[[], object]] = {
        "read": lambda: list(fresh.rows(LEDGER, ("batch_id",))),
        "write": lambda: fresh.append_rows(QUALITY, [measure(2)], 2),
        "migrate": lambda: migrate(fresh),
    }
    for _ in range(2):
        with pytest.raises(ConfigError, match=f"version {newer}.*knows {FORMAT_VERSION}") as refused:
            calls[use]()
        assert refused.value.exit_code == 2


@pytest.mark.slow
def test_spark_adds_the_same_columns(spark: SparkSession, store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "100% Spark's lake"
    shutil.copytree(store.root, folder)
    in_spark = Store(spark, str(folder))
    in_spark.add_declared_columns(QUALITY)
    store.add_declared_columns(QUALITY)
    readable = shutil.move(folder / QUALITY.name, tmp_path / "quality")  # delta-rs cannot open a path with a per cent
    assert columns(str(readable)) == columns(store.path(QUALITY))


def columns(folder: str) -> dict[str, tuple[str, Any]]:
    return {
        field.name: (str(field.type), field.metadata.get("comment")) for field in DeltaTable(folder).schema().fields
    }
