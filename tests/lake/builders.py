"""Rows and writers that the tests of the lake share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from triage.lake.store import Store
from triage.lake.tables import Table

Write = Callable[[Store, Table, list[dict[str, Any]], int], None]


def no_spark() -> SparkSession:
    raise AssertionError("Spark was started")


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


def quarantined(mail_key: str, batch_id: int) -> dict[str, object]:
    return {
        "mail_key": mail_key,
        "batch_id": batch_id,
        "file_key": "f",
        "reasons": ["EMPTY"],
        "stage": "parse",
    }


def log_of(store: Store, table: Table) -> dict[str, Any]:
    """The actions of a table's first version by kind."""
    lines = Path(store.path(table), "_delta_log", f"{0:020d}.json").read_text("utf-8").splitlines()
    return {kind: action for line in lines for kind, action in json.loads(line).items()}


def set_property(store: Store, table: Table, name: str, value: str) -> None:
    store.spark.sql(f"ALTER TABLE delta.`{store.path(table)}` SET TBLPROPERTIES ('{name}' = '{value}')")
