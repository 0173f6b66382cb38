from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from tests.lake.builders import (
    measure,
    quarantined,
    set_property,
    through_spark,
)
from triage.errors import ContractError
from triage.lake.store import Store
from triage.lake.tables import QUALITY, QUARANTINE, REVEALS, Table


def test_missing_columns_are_named(store: Store) -> None:
    with pytest.raises(ContractError, match="value"):
        store.append(QUALITY, store.read(QUALITY).drop("value"), 1)


@pytest.mark.slow
def test_replayed_keys_of_earlier_batches_go_and_no_others(store: Store) -> None:
    store.append_rows(QUARANTINE, [quarantined("a", 1), quarantined("b", 1)], 1)
    store.append_rows(QUARANTINE, [quarantined("a", 2)], 2)
    keys = store.batch(QUARANTINE, 2)
    store.delete_keys(QUARANTINE, keys, before_batch=2)
    store.delete_keys(QUARANTINE, keys, before_batch=2)
    left = {(row.mail_key, row.batch_id) for row in store.read(QUARANTINE).collect()}
    assert left == {("b", 1), ("a", 2)}


def test_tables_are_readable_without_spark(store: Store) -> None:
    store.append_rows(QUARANTINE, [quarantined("a", 1)], 1)
    assert DeltaTable(store.path(QUARANTINE)).to_pyarrow_table().column("mail_key").to_pylist() == ["a"]


def test_tables_are_not_compressed_by_snappy(store: Store) -> None:
    through_spark(store, QUARANTINE, [quarantined("a", 1)], 1)
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


def files(store: Store, table: Table) -> str:
    """The names and bytes of all files of a table."""
    folder = Path(store.path(table))
    return "".join(file.name + file.read_bytes().decode("latin-1") for file in folder.rglob("*") if file.is_file())


@pytest.mark.slow
@pytest.mark.parametrize("vectors", [False, True], ids=["plain", "deletion vectors"])
def test_history_ends_and_the_batches_stay_known(store: Store, vectors: bool) -> None:
    for batch_id in (1, 2):
        store.append_rows(QUARANTINE, [quarantined(f"{'canary' * 9}{batch_id}", batch_id)], batch_id)
    if vectors:
        set_property(store, QUARANTINE, "delta.enableDeletionVectors", "true")
    gone = store.batch(QUARANTINE, 1)
    store.delete_keys(QUARANTINE, gone)
    cleared = store.clear_history(QUARANTINE)
    assert cleared.files > 0
    assert f"{'canary' * 9}1" not in files(store, QUARANTINE)
    assert [row.batch_id for row in store.read(QUARANTINE).collect()] == [2]
    assert store.last_batch(QUARANTINE) == 2
    store.append_rows(QUARANTINE, [quarantined("c", 2)], 2)
    store.append_rows(QUARANTINE, [quarantined("d", 3)], 3)
    assert sorted(row.batch_id for row in store.read(QUARANTINE).collect()) == [2, 3]
    if not vectors:  # delta-rs reads no table of that feature
        assert DeltaTable(store.path(QUARANTINE)).to_pyarrow_table().num_rows == 2
    store.clear_history(QUARANTINE)
    assert store.clear_history(QUARANTINE).files == 0


def test_a_table_that_appends_only_is_changed_by_its_store_only(store: Store) -> None:
    """Erasure, rotation and retention go by the store; afterwards the table appends only again."""
    row = {"reveal_id": "1", "outcome": "shown"}
    store.add(REVEALS, [row, row | {"reveal_id": "2"}, row | {"reveal_id": "3"}])
    delete = f"DELETE FROM delta.`{store.path(REVEALS)}` WHERE reveal_id = '2'"
    with pytest.raises(Exception, match="appends"):
        store.spark.sql(delete)
    store.overwrite(REVEALS, store.read(REVEALS).where("reveal_id != '1'"))
    store.delete_keys(REVEALS, store.read(REVEALS).where("reveal_id = '3'"), on="reveal_id")
    assert [row.reveal_id for row in store.read(REVEALS).collect()] == ["2"]
    with pytest.raises(Exception, match="appends"):
        store.spark.sql(delete)


def test_rows_are_changed_by_their_key(store: Store) -> None:
    store.append_rows(QUARANTINE, [quarantined("a", 1), quarantined("b", 1)], 1)
    changed = store.read(QUARANTINE).where("mail_key = 'a'").withColumn("stage", f.lit("gate"))
    store.update(QUARANTINE, changed, ["stage"])
    assert {row.mail_key: row.stage for row in store.read(QUARANTINE).collect()} == {
        "a": "gate",
        "b": "parse",
    }


@pytest.mark.slow
def test_history_ends_in_a_folder_of_any_name(spark: SparkSession, tmp_path: Path) -> None:
    store = Store(spark, str(tmp_path / "a #lake? 100%20"))
    for batch_id in (1, 2):
        store.append_rows(QUARANTINE, [quarantined(f"mail{batch_id}", batch_id)], batch_id)
    store.delete_keys(QUARANTINE, store.batch(QUARANTINE, 1))
    assert store.clear_history(QUARANTINE).files > 0
    assert [row.batch_id for row in store.read(QUARANTINE).collect()] == [2]


@pytest.mark.slow
def test_batches_are_replaced_once_and_all_other_rows_stay(store: Store) -> None:
    for batch_id in (1, 2, 3):
        store.append_rows(QUARANTINE, [quarantined(f"old{batch_id}", batch_id)], batch_id)
    others = store.batch(QUARANTINE, 2).withColumn("mail_key", f.lit("new2"))
    kept = store.batch(QUARANTINE, 3)
    store.replace_batches(QUARANTINE, kept.unionByName(others), [3, 2], "work-1")
    store.replace_batches(QUARANTINE, kept.limit(0), [2, 3], "work-1")  # as after a kill: made already
    assert sorted(row.mail_key for row in store.read(QUARANTINE).collect()) == ["new2", "old1", "old3"]
    store.append_rows(QUARANTINE, [quarantined("again", 3)], 3)
    assert (store.last_batch(QUARANTINE), store.last_batch(QUARANTINE, "work-1"), store.count(QUARANTINE)) == (3, 3, 3)


@pytest.mark.slow
def test_rows_of_other_batches_are_not_written(store: Store) -> None:
    for batch_id in (1, 2):
        store.append_rows(QUARANTINE, [quarantined(f"old{batch_id}", batch_id)], batch_id)
    with pytest.raises(Exception, match="REPLACE_WHERE"):
        store.replace_batches(QUARANTINE, store.read(QUARANTINE), [2], "work-1")
    assert store.count(QUARANTINE) == 2
