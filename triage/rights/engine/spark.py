"""The operations through Spark: lakes of any size, on any storage."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any

from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.lake.keys_frame import keys_frame
from triage.lake.store import Store
from triage.lake.tables import Table
from triage.rights.engine.base import Engine, Found, Item, Keys, Made, Row, Scan, TokenIndex, Work
from triage.rights.engine.spark_keys import SparkKeys, SparkTokenIndex, frame_of
from triage.rights.rows import in_workers

_FEW = 1_000
"""Values that a filter may name; more of them are joined."""


class SparkMade:
    """A frame that is kept in memory and, sealed as it is, on the workers' disks."""

    def __init__(self, frame: DataFrame, *, is_kept: bool = True) -> None:
        self.frame = frame.persist(StorageLevel.MEMORY_AND_DISK) if is_kept else frame

    def rows(self, *columns: str) -> list[Row]:
        return [row.asDict(recursive=True) for row in self.frame.select(*columns).collect()]

    def where_not(self, flag: str) -> Made:
        return SparkMade(self.frame.where(~f.col(flag)), is_kept=False)

    def close(self) -> None:
        self.frame.unpersist()


class SparkEngine(Engine):
    """Joins and Python workers; the session starts when something needs it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def store(self) -> Store:
        return self._store

    def rows(self, scan: Scan) -> Iterator[Row]:
        for row in self._read(scan).toLocalIterator():
            yield {name: _in_utc(value) for name, value in row.asDict(recursive=True).items()}

    def count(self, scan: Scan, but: Keys | None = None) -> int:
        return self._without(scan, but).count()

    def counts(self, scan: Scan) -> dict[str, int]:
        found = self._read(scan).groupBy(scan.columns[0]).count().collect()
        return {row[0]: row["count"] for row in found}

    def through(self, scan: Scan, work: Work, schema: t.StructType) -> Made:
        return SparkMade(in_workers(self._read(scan), work, schema))

    def keys(self, values: Iterable[str], column: str = "mail_key") -> Keys:
        return SparkKeys(keys_frame(values, self._store, column))

    def keys_of(self, scan: Scan) -> Keys:
        return SparkKeys(self._read(scan).select(scan.columns[0]))

    def index(self, tables: Sequence[Table]) -> TokenIndex:
        return SparkTokenIndex(self._store, tables)

    def pairs(self, tables: Sequence[Table], tokens: Collection[str]) -> Iterable[tuple[str, str]]:
        return self.index(tables).pairs(tokens)

    def update(self, table: Table, rows: Made, columns: Sequence[str]) -> None:
        assert isinstance(rows, SparkMade)
        self._store.update(table, rows.frame, columns)

    def delete(self, table: Table, keys: Keys, on: str = "mail_key") -> None:
        frame = frame_of(keys)
        self._store.delete_keys(table, frame.withColumnRenamed(frame.columns[0], on), on=on)

    def delete_rows(self, scan: Scan, but: Keys | None, on: Sequence[str]) -> None:
        rows = self._without(scan, but).persist()
        try:
            self._store.delete_keys(scan.table, rows, on=on)
        finally:
            rows.unpersist()

    def empty(self, scan: Scan, but: Keys | None) -> None:
        nothing = {name: f.lit(None).cast(scan.table.schema[name].dataType) for name in scan.present}
        rows = self._without(scan, but).withColumns(nothing).persist()
        try:
            self._store.update(scan.table, rows, scan.present)
        finally:
            rows.unpersist()

    def compact(self, table: Table) -> None:
        self._store.compact(table)

    def spread(self, items: Sequence[Item], work: Callable[[Iterable[Item]], Iterable[Found]]) -> list[Found]:
        context = self._store.spark.sparkContext
        tasks = context.parallelize(items, max(1, min(len(items), 4 * context.defaultParallelism)))
        return list(tasks.mapPartitions(work).collect())

    def _read(self, scan: Scan) -> DataFrame:
        return self._chosen(scan).select(*scan.columns)

    def _without(self, scan: Scan, but: Keys | None) -> DataFrame:
        """All columns of the scan's rows, but for those of the mails in `but`."""
        rows = self._chosen(scan)
        return rows if but is None else rows.join(frame_of(but), "mail_key", "left_anti")

    def _chosen(self, scan: Scan) -> DataFrame:
        rows = self._store.read(scan.table)
        if scan.present:
            rows = rows.where(reduce(or_, [f.col(name).isNotNull() for name in scan.present]))
        for name, moment in scan.before.items():
            rows = rows.where(f.col(name) < f.lit(moment))
        for name, values in scan.among.items():
            rows = self._joined(rows, scan.table, name, values, "left_semi")
        for name, values in scan.but.items():
            rows = self._joined(rows, scan.table, name, values, "left_anti")
        return rows

    def _joined(self, rows: DataFrame, table: Table, name: str, values: Collection[Any], how: str) -> DataFrame:
        if len(values) <= _FEW:
            chosen = f.coalesce(f.col(name).isin(list(values)), f.lit(False))
            return rows.where(chosen if how == "left_semi" else ~chosen)
        schema = t.StructType([t.StructField(name, table.schema[name].dataType)])
        frame = rows.sparkSession.createDataFrame([(value,) for value in values], schema)
        return rows.join(f.broadcast(frame), name, how)


def _in_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
