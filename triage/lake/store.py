"""The only reader and writer of Delta tables.

Each write of a batch names the table and the batch as its Delta transaction (`txnAppId`, `txnVersion`),
so that repeating it after a kill changes nothing, and the table itself knows which batches it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pyspark.sql import Column, DataFrame, DataFrameWriter, Row, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.errors import ContractError
from triage.lake.history import Cleared, clear
from triage.lake.local_tables import LocalTable, local_table
from triage.lake.locks import reveals_lock
from triage.lake.tables import REVEALS, Table
from triage.paths import is_local

NOTHING = 0
"""The batch id before the first."""
_FEW = 1_000
"""Values that a filter may name; more of them are joined, since each costs a call to the JVM."""
_SCHEME = re.compile(r"^file:(//(?=/))?")
"""Before a path as Spark tells it: `file:/a b#c`, not encoded as a URI would be."""


class Store:
    """The lake's tables at `root`; a session that is given as a call is made when something needs it.

    What the driver asks and holds goes without Spark where the tables lie on this machine.
    """

    def __init__(self, spark: SparkSession | Callable[[], SparkSession], root: str) -> None:
        self._session = spark
        self.root = root.rstrip("/")

    @cached_property
    def spark(self) -> SparkSession:
        """The session."""
        return self._session() if callable(self._session) else self._session

    def path(self, table: Table) -> str:
        """Folder of the table."""
        return f"{self.root}/{table.name}"

    def exists(self, table: Table) -> bool:
        """Whether the table has a first version."""
        if local := self._local(table):
            return local.exists
        return bool(self._log(table).update(False, *self._none(), *self._none()).version() >= 0)

    def read(self, table: Table) -> DataFrame:
        """All rows, with the declared columns; no rows where the table does not exist yet.

        A column that was declared after the table was made is null in it.
        """
        if not self.exists(table):
            return self.spark.createDataFrame([], table.schema)
        rows = self._stored(table)
        younger = [c for c in table.columns if c.name not in rows.columns]
        return rows.withColumns({c.name: f.lit(None).cast(c.type) for c in younger}).select(
            table.column_names
        )

    def batch(self, table: Table, batch_id: int) -> DataFrame:
        """The rows that a batch wrote."""
        return self.read(table).where(f.col("batch_id") == batch_id)

    def rows(
        self, table: Table, columns: Sequence[str], **among: Collection[Any]
    ) -> Iterator[dict[str, Any]]:
        """The rows that hold one of the given values in each of the named columns, for the driver; times are in UTC."""
        if local := self._local(table):
            yield from local.rows(columns, among)
            return
        for row in self._among(table, among).select(*columns).toLocalIterator():
            yield {name: _in_utc(value) for name, value in row.asDict(recursive=True).items()}

    def count(self, table: Table, **among: Collection[Any]) -> int:
        """How many rows hold one of the given values in each of the named columns."""
        local = self._local(table)
        return local.count(among) if local else self._among(table, among).count()

    def known(self, table: Table, key: str, wanted: DataFrame, before_batch: int) -> DataFrame:
        """Which values of the column `key` of `wanted`, the keys of one batch, earlier batches wrote to the table.

        The driver asks a lake of this machine itself: a history of millions costs it a tenth of what it costs a JVM
        that is still cold. Elsewhere every executor gets the batch's keys, and the history stays where it is.
        """
        if local := self._local(table):
            keys = [row[0] for row in wanted.select(key).collect()] if local.exists else []
            found = dict.fromkeys(local.known(key, keys, before_batch))
            only = t.StructType([table.schema[key]])
            return self.spark.createDataFrame([(value,) for value in found], only, verifySchema=False)
        history = self.read(table).where(f.col("batch_id") < before_batch).select(key)
        return history.join(f.broadcast(wanted.select(key)), key, "left_semi")

    def _among(self, table: Table, among: Mapping[str, Collection[Any]]) -> DataFrame:
        rows = self.read(table)
        for name, values in among.items():
            if len(values) <= _FEW:
                rows = rows.where(f.col(name).isin(list(values)))
            else:
                wanted = t.StructType([table.schema[name]])
                frame = self.spark.createDataFrame([(value,) for value in values], wanted)
                rows = rows.join(f.broadcast(frame), name, "left_semi")
        return rows

    def last_batch(self, table: Table, part: str = "") -> int:
        """The highest batch that was written to the table (to this part of it), 0 before the first."""
        if local := self._local(table):
            return local.last(self._transaction(table, part)) or NOTHING
        transactions = self._log(table).update(False, *self._none(), *self._none()).transactions()
        last = transactions.get(self._transaction(table, part))
        return int(last.get()) if last.isDefined() else NOTHING

    def append(self, table: Table, rows: DataFrame, batch_id: int, part: str = "") -> None:
        """Adds a batch's rows once, however often it is called. Raises ContractError on missing columns."""
        writer = (
            self._declared(table, rows)
            .write.format("delta")
            .mode("append")
            .option("txnAppId", self._transaction(table, part))
            .option("txnVersion", batch_id)
        )
        self._save(table, writer)

    def append_rows(
        self, table: Table, rows: Sequence[Row | dict[str, Any]], batch_id: int, part: str = ""
    ) -> None:
        """Adds rows that the driver holds (counts, plans), as `append` does."""
        held = [row if isinstance(row, dict) else row.asDict(recursive=True) for row in rows]
        if local := self._local(table):
            local.append(held, self._transaction(table, part), batch_id)
        else:
            self.append(table, self._frame(table, held), batch_id, part)

    def add(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Adds rows to a table that no batch writes; repeated, they stand there twice."""
        with self.alone(table):
            local = self._local(table)
            if local and local.is_as_declared:
                local.append(rows)
                return
            self._restore_properties(table)
            frame = self._declared(table, self._frame(table, rows))
            self._save(table, frame.write.format("delta").mode("append"))

    def _frame(self, table: Table, rows: Sequence[dict[str, Any]]) -> DataFrame:
        values = [tuple(row.get(name) for name in table.column_names) for row in rows]
        return self.spark.createDataFrame(values, table.schema, verifySchema=False).coalesce(1)

    def alone(self, table: Table) -> AbstractContextManager[None]:
        """The lock of a table that is added to without the lake's lock; for all others the lake's is enough."""
        return reveals_lock(self.root) if table is REVEALS and is_local(self.root) else nullcontext()

    def overwrite(self, table: Table, rows: DataFrame) -> None:
        """Puts rows in the place of all that a table holds, in one version; its batches stay known.

        Of a table that only appends, the rows must have been read within the same `alone`.
        """
        appends_only = ("delta.appendOnly", "true") in table.properties
        if appends_only:
            self._set_property(table, "delta.appendOnly", "false")
        self._save(table, self._declared(table, rows).write.format("delta").mode("overwrite"))
        if appends_only:
            self._set_property(table, "delta.appendOnly", "true")

    def delete_keys(
        self, table: Table, keys: DataFrame, before_batch: int | None = None, on: str = "mail_key"
    ) -> None:
        """Removes the rows (of earlier batches only, if so wanted) whose column `on` is among `keys`.

        The log then tells the comparison of two columns, and no value.
        """
        from delta.tables import DeltaTable

        target = DeltaTable.forPath(self.spark, self.path(table)).alias("old")
        matches = f"old.{on} = gone.{on}"
        if before_batch is not None:
            matches += f" AND old.batch_id < {before_batch}"
        target.merge(keys.select(on).distinct().alias("gone"), matches).whenMatchedDelete().execute()

    def update(self, table: Table, rows: DataFrame, columns: Sequence[str]) -> None:
        """Sets `columns` of the rows that `rows` has, by the table's keys."""
        from delta.tables import DeltaTable

        target = DeltaTable.forPath(self.spark, self.path(table)).alias("old")
        matches = " AND ".join(f"old.{key} <=> new.{key}" for key in table.keys)
        values: dict[str, str | Column] = {name: f.col(f"new.{name}") for name in columns}
        target.merge(rows.alias("new"), matches).whenMatchedUpdate(set=values).execute()

    def files(self, table: Table) -> int:
        """How many data files the present version has."""
        return len(self._stored(table).inputFiles())

    def compact(self, table: Table) -> None:
        """Puts small files together."""
        from delta.tables import DeltaTable

        DeltaTable.forPath(self.spark, self.path(table)).optimize().executeCompaction()

    def clear_history(self, table: Table) -> Cleared:
        """Leaves a table's present version only: rows, statistics and predicates of all earlier ones are gone.

        Deletion vectors are purged, a checkpoint takes over what the log knew (also the batches), and files that
        no version names, such as those of a killed writer, go, too. The lake's lock must be held. Raises
        ContractError for a lake that is not on a file system of this machine.
        """
        if not is_local(self.root):
            raise ContractError(
                "Files of a remote lake cannot be removed by name.",
                where=self.root,
                remedy="Mount it, or run VACUUM and the log's clean-up with its own tools.",
            )
        with self.alone(table):
            self._restore_properties(table)
            self._purge_vectors(table)
            return self._clear(table)

    def _clear(self, table: Table) -> Cleared:
        log = self._log(table)
        snapshot = log.update(False, *self._none(), *self._none())
        folder = Path(self.path(table).removeprefix("file://"))
        if not any(folder.glob(f"_delta_log/{snapshot.version():020d}.checkpoint*")):
            log.checkpoint()
        live = {_SCHEME.sub("", file) for file in self._stored(table).inputFiles()}
        cleared = clear(folder, live, snapshot.version())
        jvm: Any = self.spark._jvm
        jvm.org.apache.spark.sql.delta.DeltaLog.clearCache()
        return cleared

    def _purge_vectors(self, table: Table) -> None:
        """With deletion vectors, removed rows stay in their files until those are written anew."""
        snapshot = self._log(table).update(False, *self._none(), *self._none())
        if snapshot.metadata().configuration().get("delta.enableDeletionVectors").isDefined():
            self.spark.sql(f"REORG TABLE delta.`{self.path(table)}` APPLY (PURGE)")

    def _restore_properties(self, table: Table) -> None:
        """What `overwrite` took off, when it was killed before it put it on again."""
        if not table.properties or not self.exists(table):
            return
        snapshot = self._log(table).update(False, *self._none(), *self._none())
        present = snapshot.metadata().configuration()
        for name, value in table.properties:
            if not present.contains(name) or present.apply(name) != value:
                self._set_property(table, name, value)

    def _set_property(self, table: Table, name: str, value: str) -> None:
        self.spark.sql(f"ALTER TABLE delta.`{self.path(table)}` SET TBLPROPERTIES ('{name}' = '{value}')")

    def register_views(self, tables: Sequence[Table]) -> None:
        """Makes tables known to SQL as `zone.table`."""
        for table in tables:
            zone = table.name.split("/")[0]
            self.spark.sql(f"CREATE DATABASE IF NOT EXISTS {zone}")
            self.spark.sql(f"DROP TABLE IF EXISTS {table.view}")  # another lake's, in a session that saw one
            self.spark.sql(f"CREATE TABLE {table.view} USING DELTA LOCATION '{_quoted(self.path(table))}'")

    def _stored(self, table: Table) -> DataFrame:
        return self.spark.read.format("delta").load(self.path(table))

    def _save(self, table: Table, writer: DataFrameWriter) -> None:
        for key, value in table.delta_properties.items():
            writer = writer.option(key, value)
        if self._is_of_other_columns(table):
            writer = writer.option("mergeSchema", "true")
        writer.save(self.path(table))

    def _is_of_other_columns(self, table: Table) -> bool:
        if local := self._local(table):
            return local.is_of_other_columns
        return self.exists(table) and set(self._stored(table).columns) != set(table.column_names)

    def _declared(self, table: Table, rows: DataFrame) -> DataFrame:
        missing = sorted(set(table.column_names) - set(rows.columns))
        if missing:
            raise ContractError(
                f"Columns are missing: {', '.join(missing)}.",
                where=table.name,
                remedy="Add them to the transform.",
            )
        return rows.select(
            [f.col(c.name).cast(c.type).alias(c.name, metadata={"comment": c.comment}) for c in table.columns]
        )

    def _transaction(self, table: Table, part: str) -> str:
        return f"{table.name}:{part}" if part else table.name

    def _local(self, table: Table) -> LocalTable | None:
        return local_table(table, self.path(table).removeprefix("file://")) if is_local(self.root) else None

    def _log(self, table: Table) -> Any:
        jvm: Any = self.spark._jvm
        return jvm.org.apache.spark.sql.delta.DeltaLog.forTable(self.spark._jsparkSession, self.path(table))

    def _none(self) -> tuple[Any]:
        jvm: Any = self.spark._jvm
        return (jvm.scala.Option.empty(),)


def _in_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _quoted(path: str) -> str:
    return path.replace("'", "\\'")
