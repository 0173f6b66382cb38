from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from triage.errors import ContractError
from triage.lake.store import Store
from triage.lake.tables import LABELS, LEDGER, QUALITY, QUARANTINE, REVEALS, RUNS, TABLES, Table

Write = Callable[[Store, Table, list[dict[str, Any]], int], None]


@pytest.fixture
def store(spark: SparkSession, tmp_path: Path) -> Store:
    return Store(spark, str(tmp_path / "a lake"))


def no_spark() -> SparkSession:
    raise AssertionError("Spark was started")


@pytest.fixture
def sparkless(tmp_path: Path) -> Store:
    """A store that must do without Spark, over the lake of `store`."""
    return Store(no_spark, str(tmp_path / "a lake"))


def through_spark(store: Store, table: Table, rows: list[dict[str, Any]], batch_id: int) -> None:
    values = [tuple(row.get(name) for name in table.column_names) for row in rows]
    store.append(table, store.spark.createDataFrame(values, table.schema), batch_id)


def without_spark(store: Store, table: Table, rows: list[dict[str, Any]], batch_id: int) -> None:
    Store(no_spark, store.root).append_rows(table, rows, batch_id)


either_writer = pytest.mark.parametrize(
    ("one", "other"),
    [(through_spark, without_spark), (without_spark, through_spark)],
    ids=["Spark first", "Spark second"],
)


def measure(batch_id: int, name: str = "read") -> dict[str, object]:
    return {"batch_id": batch_id, "stage": "ingest", "measure": name, "value": 1.0}


def held(mail_key: str, batch_id: int) -> dict[str, object]:
    return {
        "mail_key": mail_key,
        "batch_id": batch_id,
        "file_key": "f",
        "reasons": ["EMPTY"],
        "stage": "parse",
    }


def test_a_table_that_is_not_there_has_no_rows(store: Store) -> None:
    assert not store.exists(QUALITY)
    assert store.read(QUALITY).count() == 0
    assert store.last_batch(QUALITY) == 0


def test_the_same_batch_is_written_once(store: Store) -> None:
    for batch_id in (1, 2, 2, 1):
        store.append_rows(QUALITY, [measure(batch_id)], batch_id)
    assert sorted(row.batch_id for row in store.read(QUALITY).collect()) == [1, 2]
    assert store.last_batch(QUALITY) == 2


def test_parts_of_a_table_count_their_batches_apart(store: Store) -> None:
    store.append_rows(QUALITY, [measure(1)], 1, "ingest")
    store.append_rows(QUALITY, [measure(1, "unique")], 1, "gate")
    assert store.read(QUALITY).count() == 2
    assert (store.last_batch(QUALITY, "ingest"), store.last_batch(QUALITY, "label")) == (1, 0)


def test_a_batch_without_rows_is_remembered(store: Store) -> None:
    store.append_rows(LABELS, [], 3)
    assert store.last_batch(LABELS) == 3


def test_missing_columns_are_named(store: Store) -> None:
    with pytest.raises(ContractError, match="value"):
        store.append(QUALITY, store.read(QUALITY).drop("value"), 1)


def test_replayed_keys_of_earlier_batches_go_and_no_others(store: Store) -> None:
    store.append_rows(QUARANTINE, [held("a", 1), held("b", 1)], 1)
    store.append_rows(QUARANTINE, [held("a", 2)], 2)
    keys = store.batch(QUARANTINE, 2)
    store.delete_keys(QUARANTINE, keys, before_batch=2)
    store.delete_keys(QUARANTINE, keys, before_batch=2)
    left = {(row.mail_key, row.batch_id) for row in store.read(QUARANTINE).collect()}
    assert left == {("b", 1), ("a", 2)}


def test_tables_are_readable_without_spark(store: Store) -> None:
    store.append_rows(QUARANTINE, [held("a", 1)], 1)
    assert DeltaTable(store.path(QUARANTINE)).to_pyarrow_table().column("mail_key").to_pylist() == ["a"]


def test_statistics_keep_no_text(store: Store) -> None:
    store.append_rows(QUARANTINE, [held("a-key-in-clear", 1)], 1)
    logs = Path(store.path(QUARANTINE), "_delta_log").glob("*.json")
    assert "a-key-in-clear" not in "".join(log.read_text("utf-8") for log in logs)


def test_tables_are_not_compressed_by_snappy(store: Store) -> None:
    through_spark(store, QUARANTINE, [held("a", 1)], 1)
    files = [pq.read_metadata(file) for file in Path(store.path(QUARANTINE)).glob("*.parquet")]
    groups = [file.row_group(number) for file in files for number in range(file.num_row_groups)]
    assert {group.column(n).compression for group in groups for n in range(group.num_columns)} == {"ZSTD"}


def test_sql_knows_zone_and_name(store: Store) -> None:
    store.append_rows(QUALITY, [measure(1)], 1)
    store.register_views([QUALITY])
    assert store.spark.sql("SELECT measure FROM metrics.quality").first() == ("read",)
    other = Store(store.spark, f"{store.root} too")
    other.append_rows(QUALITY, [measure(1, "new")], 1)
    other.register_views([QUALITY])
    assert store.spark.sql("SELECT measure FROM metrics.quality").first() == ("new",)


def test_comments_reach_the_table(store: Store) -> None:
    store.append_rows(QUALITY, [measure(1)], 1)
    field = store.read(QUALITY).schema["measure"]
    assert field.metadata["comment"] == "what was measured"
    assert store.read(QUALITY).where(f.col("passed").isNotNull()).count() == 0


def files(store: Store, table: Table) -> str:
    """The names and bytes of all files of a table."""
    folder = Path(store.path(table))
    return "".join(
        file.name + file.read_bytes().decode("latin-1") for file in folder.rglob("*") if file.is_file()
    )


@pytest.mark.parametrize("vectors", [False, True], ids=["plain", "deletion vectors"])
def test_history_ends_and_the_batches_stay_known(store: Store, vectors: bool) -> None:
    for batch_id in (1, 2):
        store.append_rows(QUARANTINE, [held(f"{'canary' * 9}{batch_id}", batch_id)], batch_id)
    if vectors:
        store._set_property(QUARANTINE, "delta.enableDeletionVectors", "true")
    gone = store.batch(QUARANTINE, 1)
    store.delete_keys(QUARANTINE, gone)
    cleared = store.clear_history(QUARANTINE)
    assert cleared.files > 0
    assert f"{'canary' * 9}1" not in files(store, QUARANTINE)
    assert [row.batch_id for row in store.read(QUARANTINE).collect()] == [2]
    assert store.last_batch(QUARANTINE) == 2
    store.append_rows(QUARANTINE, [held("c", 2)], 2)
    store.append_rows(QUARANTINE, [held("d", 3)], 3)
    assert sorted(row.batch_id for row in store.read(QUARANTINE).collect()) == [2, 3]
    if not vectors:  # delta-rs reads no table of that feature
        assert DeltaTable(store.path(QUARANTINE)).to_pyarrow_table().num_rows == 2
    store.clear_history(QUARANTINE)
    assert store.clear_history(QUARANTINE).files == 0


def test_a_table_that_appends_only_is_overwritten_on_purpose_only(store: Store) -> None:
    row = {"reveal_id": "1", "outcome": "shown"}
    store.add(REVEALS, [row, row | {"reveal_id": "2"}])
    with pytest.raises(Exception, match="appends"):
        store.delete_keys(REVEALS, store.read(REVEALS), on="reveal_id")
    store.overwrite(REVEALS, store.read(REVEALS).where("reveal_id = '2'"))
    assert [row.reveal_id for row in store.read(REVEALS).collect()] == ["2"]
    with pytest.raises(Exception, match="appends"):
        store.delete_keys(REVEALS, store.read(REVEALS), on="reveal_id")


def test_rows_are_changed_by_their_key(store: Store) -> None:
    store.append_rows(QUARANTINE, [held("a", 1), held("b", 1)], 1)
    changed = store.read(QUARANTINE).where("mail_key = 'a'").withColumn("stage", f.lit("gate"))
    store.update(QUARANTINE, changed, ["stage"])
    assert {row.mail_key: row.stage for row in store.read(QUARANTINE).collect()} == {
        "a": "gate",
        "b": "parse",
    }


def test_a_table_made_before_a_column_was_declared_gets_it(store: Store) -> None:
    older = replace(QUALITY, columns=QUALITY.columns[:-1])
    store.append_rows(older, [measure(1)], 1)
    assert [row.passed for row in store.read(QUALITY).collect()] == [None]
    store.append_rows(QUALITY, [measure(2) | {"passed": True}], 2)
    assert {row.batch_id: row.passed for row in store.read(QUALITY).collect()} == {1: None, 2: True}


def test_history_ends_in_a_folder_of_any_name(spark: SparkSession, tmp_path: Path) -> None:
    store = Store(spark, str(tmp_path / "a #lake? 100%20"))
    for batch_id in (1, 2):
        store.append_rows(QUARANTINE, [held(f"mail{batch_id}", batch_id)], batch_id)
    store.delete_keys(QUARANTINE, store.batch(QUARANTINE, 1))
    assert store.clear_history(QUARANTINE).files > 0
    assert [row.batch_id for row in store.read(QUARANTINE).collect()] == [2]


def test_a_table_appends_only_again_after_a_killed_overwrite(store: Store) -> None:
    row = {"reveal_id": "1", "outcome": "shown"}
    store.add(REVEALS, [row])
    store._set_property(REVEALS, "delta.appendOnly", "false")
    store.add(REVEALS, [row | {"reveal_id": "2"}])
    with pytest.raises(Exception, match="appends"):
        store.delete_keys(REVEALS, store.read(REVEALS), on="reveal_id")
    store._set_property(REVEALS, "delta.appendOnly", "false")
    store.clear_history(REVEALS)
    with pytest.raises(Exception, match="appends"):
        store.delete_keys(REVEALS, store.read(REVEALS), on="reveal_id")


@either_writer
def test_each_writer_knows_what_the_other_wrote(store: Store, one: Write, other: Write) -> None:
    one(store, QUALITY, [measure(1)], 1)
    other(store, QUALITY, [measure(1)], 1)
    other(store, QUALITY, [measure(2)], 2)
    one(store, QUALITY, [measure(2)], 2)
    one(store, QUALITY, [measure(3)], 3)
    assert sorted(row.batch_id for row in store.read(QUALITY).collect()) == [1, 2, 3]
    assert sorted(row["batch_id"] for row in store.rows(QUALITY, ["batch_id"])) == [1, 2, 3]
    assert store.last_batch(QUALITY) == 3


@either_writer
def test_columns_come_and_go_with_either_writer(store: Store, one: Write, other: Write) -> None:
    older = replace(QUALITY, columns=QUALITY.columns[:-1])
    one(store, older, [measure(1)], 1)
    other(store, QUALITY, [measure(2) | {"passed": True}], 2)
    one(store, older, [measure(3)], 3)
    expected = {1: None, 2: True, 3: None}
    assert {row.batch_id: row.passed for row in store.read(QUALITY).collect()} == expected
    assert {r["batch_id"]: r["passed"] for r in store.rows(QUALITY, ["batch_id", "passed"])} == expected


def test_a_reworded_comment_stops_no_batch(sparkless: Store) -> None:
    sparkless.append_rows(QUALITY, [measure(1)], 1)
    reworded = replace(QUALITY.columns[1], comment="in other words")
    later = replace(QUALITY, columns=(QUALITY.columns[0], reworded, *QUALITY.columns[2:]))
    sparkless.append_rows(later, [measure(2)], 2)
    assert sparkless.last_batch(QUALITY) == 2


def log_of(store: Store, table: Table) -> dict[str, Any]:
    """The actions of a table's first version by kind."""
    lines = Path(store.path(table), "_delta_log", f"{0:020d}.json").read_text("utf-8").splitlines()
    return {kind: action for line in lines for kind, action in json.loads(line).items()}


def test_both_writers_make_the_same_table(spark: SparkSession, tmp_path: Path) -> None:
    logs = []
    for number, write in enumerate((through_spark, without_spark)):
        store = Store(spark, str(tmp_path / str(number)))
        write(store, REVEALS, [{"reveal_id": "1", "revealed_at": datetime(2026, 3, 1, tzinfo=UTC)}], 1)
        logs.append(log_of(store, REVEALS))
    spark_made, made = logs
    assert made["protocol"] == spark_made["protocol"]
    for name in ("schemaString", "partitionColumns", "configuration"):
        assert made["metaData"][name] == spark_made["metaData"][name], name
    statistics = [json.loads(log["add"]["stats"]) for log in logs]
    assert [set(one["minValues"]) for one in statistics] == [{"revealed_at"}, {"revealed_at"}]
    assert made["metaData"]["configuration"] == {
        "delta.dataSkippingStatsColumns": "revealed_at",
        "delta.appendOnly": "true",
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_is_made_as_declared(sparkless: Store, table: Table) -> None:
    sparkless.append_rows(table, [], 1)
    log = log_of(sparkless, table)
    assert json.loads(log["metaData"]["schemaString"]) == table.schema.jsonValue()
    assert log["protocol"] == {"minReaderVersion": 1, "minWriterVersion": 2}


def test_a_long_log_has_checkpoints_that_spark_reads(store: Store, sparkless: Store) -> None:
    for batch_id in range(1, 13):
        sparkless.append_rows(QUALITY, [measure(batch_id)], batch_id)
    log = Path(store.path(QUALITY), "_delta_log")
    assert [file.name for file in log.glob("*.checkpoint.parquet")] == [f"{10:020d}.checkpoint.parquet"]
    (log / f"{0:020d}.json").unlink()
    assert store.read(QUALITY).count() == 12
    through_spark(store, QUALITY, [measure(12), measure(12)], 12)
    assert store.read(QUALITY).count() == 12


def test_a_table_that_only_spark_takes_goes_through_spark(store: Store, sparkless: Store) -> None:
    store.append_rows(QUARANTINE, [held("a", 1), held("b", 1)], 1)
    store._set_property(QUARANTINE, "delta.enableDeletionVectors", "true")
    store.append_rows(QUARANTINE, [held("c", 2)], 2)
    assert store.last_batch(QUARANTINE) == 2
    assert [row["mail_key"] for row in store.rows(QUARANTINE, ["mail_key"], batch_id=[2])] == ["c"]
    with pytest.raises(AssertionError, match="Spark was started"):
        sparkless.exists(QUARANTINE)


def test_the_same_answers_with_spark_and_without(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    planned_at = datetime(2026, 3, 1, 12, 30, 0, 123456, tzinfo=UTC)
    plan = {"kind": "file", "sealed_path": b"s", "reasons": ["A"], "planned_at": planned_at}
    rows = [plan | {"file_key": f"f{number}", "batch_id": number} for number in range(1, 5)]
    store.append_rows(LEDGER, rows, 4)
    columns = ("file_key", "sealed_path", "reasons", "planned_at")
    wanted: dict[str, list[Any]] = {"kind": ["file"], "batch_id": [2, 4, 9]}
    many = {"file_key": [f"f{number}" for number in range(3, 3000)]}

    def answers() -> list[object]:
        found = sorted(store.rows(LEDGER, columns, **wanted), key=lambda row: str(row["file_key"]))
        known = store.exists(LEDGER), store.exists(RUNS), store.last_batch(LEDGER), store.last_batch(RUNS)
        return [found, store.count(LEDGER, **wanted), store.count(LEDGER, **many), store.count(RUNS), known]

    here = answers()
    monkeypatch.setattr("triage.lake.store.is_local", lambda path: False)
    assert answers() == here
    expected = [{name: row[name] for name in columns} for row in rows if row["batch_id"] in (2, 4)]
    assert here == [expected, 2, 2, 0, (True, False, 4, 0)]


@pytest.mark.parametrize("folder", ["a lake", "100% Spark's"], ids=["by the driver", "by Spark"])
@pytest.mark.parametrize(
    ("sought", "before", "known"),
    [
        pytest.param(["a", "b", "x"], 3, ["a", "b"], id="of both batches before"),
        pytest.param(["a", "b", "x"], 2, ["a"], id="not of the batch itself or a later one"),
        pytest.param(["b", "b", "c"], 9, ["b", "c"], id="however often they are sought"),
        pytest.param(["x"], 9, [], id="none"),
        pytest.param([], 9, [], id="nothing sought"),
    ],
)
def test_earlier_batches_know_their_keys(
    spark: SparkSession, tmp_path: Path, folder: str, sought: list[str], before: int, known: list[str]
) -> None:
    store = Store(spark, str(tmp_path / folder))
    wanted = spark.createDataFrame([(key,) for key in sought], "mail_key string")
    assert store.known(QUARANTINE, "mail_key", wanted, before).collect() == []  # no table yet
    for batch_id, keys in enumerate((["a"], ["b", "c"], ["c", "d"]), 1):
        through_spark(store, QUARANTINE, [held(key, batch_id) for key in keys], batch_id)
    found = store.known(QUARANTINE, "mail_key", wanted, before)
    assert sorted({row.mail_key for row in found.collect()}) == known


def test_a_killed_first_write_leaves_no_table(sparkless: Store) -> None:
    Path(sparkless.path(QUALITY), "_delta_log").mkdir(parents=True)
    assert not sparkless.exists(QUALITY)
    assert sparkless.last_batch(QUALITY) == 0
    sparkless.append_rows(QUALITY, [measure(1)], 1)
    assert sparkless.count(QUALITY) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_table_that_may_not_be_read_is_not_taken_for_an_absent_one(sparkless: Store) -> None:
    sparkless.append_rows(QUALITY, [measure(1)], 1)
    log = Path(sparkless.path(QUALITY), "_delta_log")
    log.chmod(0)
    try:
        with pytest.raises(PermissionError):
            sparkless.exists(QUALITY)
    finally:
        log.chmod(0o700)


_texts = st.text(st.characters(exclude_categories=["Cs"]))
_times = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_runs = st.fixed_dictionaries(
    {
        "run_id": _texts,
        "started_at": st.none() | _times,
        "seconds": st.none() | st.floats(allow_nan=False),
        "batches": st.none() | st.lists(st.integers(-(2**63), 2**63 - 1)),
        "stage_seconds": st.none() | st.dictionaries(_texts, st.floats(allow_nan=False)),
        "messages_read": st.none() | st.integers(0, 2**63 - 1),
    }
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(_runs, max_size=4), min_size=1, max_size=3), _texts)
def test_what_is_written_comes_back(batches: list[list[dict[str, Any]]], sought: str) -> None:
    with TemporaryDirectory() as folder:
        store = Store(no_spark, folder)
        for batch_id, rows in enumerate(batches, 1):
            store.append_rows(RUNS, rows, batch_id)
            store.append_rows(RUNS, rows, batch_id)
        written = [row for rows in batches for row in rows]
        columns = list(written[0]) if written else ["run_id"]
        found = list(store.rows(RUNS, columns))
        assert len(found) == len(written)
        assert all(row in written for row in found) and all(row in found for row in written)
        ids = {sought, *(row["run_id"] for row in written[::2])}
        assert store.count(RUNS, run_id=ids) == sum(row["run_id"] in ids for row in written)
