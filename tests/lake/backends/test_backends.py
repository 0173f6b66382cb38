"""What both back ends do, each over a lake of its own, and how they work on one lake."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from tests.lake.builders import (
    Write,
    either_writer,
    log_of,
    measure,
    quarantined,
    set_property,
    through_spark,
    without_spark,
)
from triage.lake.store import Store
from triage.lake.tables import LABELS, LEDGER, QUALITY, QUARANTINE, REVEALS, RUNS


def test_a_table_that_is_not_there_has_no_rows(either: Store) -> None:
    assert not either.exists(QUALITY)
    assert either.read(QUALITY).count() == 0
    assert either.last_batch(QUALITY) == 0


def test_the_same_batch_is_written_once(either: Store) -> None:
    for batch_id in (1, 2, 2, 1):
        either.append_rows(QUALITY, [measure(batch_id)], batch_id)
    assert sorted(row.batch_id for row in either.read(QUALITY).collect()) == [1, 2]
    assert either.last_batch(QUALITY) == 2


def test_parts_of_a_table_count_their_batches_apart(either: Store) -> None:
    either.append_rows(QUALITY, [measure(1)], 1, "ingest")
    either.append_rows(QUALITY, [measure(1, "unique")], 1, "gate")
    assert either.read(QUALITY).count() == 2
    assert (either.last_batch(QUALITY, "ingest"), either.last_batch(QUALITY, "label")) == (1, 0)


def test_a_batch_without_rows_is_remembered(driver_store: Store) -> None:
    driver_store.append_rows(LABELS, [], 3)
    assert driver_store.last_batch(LABELS) == 3


@pytest.mark.slow
def test_a_table_appends_only_again_after_a_killed_overwrite(either: Store) -> None:
    row = {"reveal_id": "1", "outcome": "shown"}
    either.add(REVEALS, [row])
    set_property(either, REVEALS, "delta.appendOnly", "false")
    either.add(REVEALS, [row | {"reveal_id": "2"}])
    delete = f"DELETE FROM delta.`{either.path(REVEALS)}` WHERE reveal_id = '1'"
    with pytest.raises(Exception, match="appends"):
        either.spark.sql(delete)
    set_property(either, REVEALS, "delta.appendOnly", "false")
    either.clear_history(REVEALS)
    with pytest.raises(Exception, match="appends"):
        either.spark.sql(delete)


def test_a_table_made_before_a_column_was_declared_gets_it(either: Store) -> None:
    older = replace(QUALITY, columns=QUALITY.columns[:-1])
    either.append_rows(older, [measure(1)], 1)
    assert [row.passed for row in either.read(QUALITY).collect()] == [None]
    either.append_rows(QUALITY, [measure(2) | {"passed": True}], 2)
    assert {row.batch_id: row.passed for row in either.read(QUALITY).collect()} == {1: None, 2: True}


def test_a_reworded_comment_stops_no_batch(driver_store: Store) -> None:
    driver_store.append_rows(QUALITY, [measure(1)], 1)
    reworded = replace(QUALITY.columns[1], comment="in other words")
    later = replace(QUALITY, columns=(QUALITY.columns[0], reworded, *QUALITY.columns[2:]))
    driver_store.append_rows(later, [measure(2)], 2)
    assert driver_store.last_batch(QUALITY) == 2


def test_a_killed_first_write_leaves_no_table(driver_store: Store) -> None:
    Path(driver_store.path(QUALITY), "_delta_log").mkdir(parents=True)
    assert not driver_store.exists(QUALITY)
    assert driver_store.last_batch(QUALITY) == 0
    driver_store.append_rows(QUALITY, [measure(1)], 1)
    assert driver_store.count(QUALITY) == 1


def test_statistics_keep_no_text(driver_store: Store) -> None:
    driver_store.append_rows(QUARANTINE, [quarantined("a-key-in-clear", 1)], 1)
    logs = Path(driver_store.path(QUARANTINE), "_delta_log").glob("*.json")
    assert "a-key-in-clear" not in "".join(log.read_text("utf-8") for log in logs)


def test_comments_reach_the_table(either: Store) -> None:
    either.append_rows(QUALITY, [measure(1)], 1)
    field = either.read(QUALITY).schema["measure"]
    assert field.metadata["comment"] == "name of the measure"
    assert either.read(QUALITY).where(f.col("passed").isNotNull()).count() == 0


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


def test_a_table_that_only_spark_takes_goes_through_spark(store: Store, sparkless: Store) -> None:
    store.append_rows(QUARANTINE, [quarantined("a", 1), quarantined("b", 1)], 1)
    set_property(store, QUARANTINE, "delta.enableDeletionVectors", "true")
    store.append_rows(QUARANTINE, [quarantined("c", 2)], 2)
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


@pytest.mark.slow
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
        through_spark(store, QUARANTINE, [quarantined(key, batch_id) for key in keys], batch_id)
    found = store.known(QUARANTINE, "mail_key", wanted, before)
    assert sorted({row.mail_key for row in found.collect()}) == known
