from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from triage.errors import ContractError
from triage.store import Store
from triage.tables import LABELS, QUALITY, QUARANTINE, REVEALS, Table


@pytest.fixture
def store(spark: SparkSession, tmp_path: Path) -> Store:
    return Store(spark, str(tmp_path / "a lake"))


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
