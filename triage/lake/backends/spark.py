"""Delta tables through Spark: any storage, any size, every feature of Delta."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from delta.tables import DeltaTable
from pyspark.sql import Column, DataFrame, DataFrameWriter, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.errors import ContractError
from triage.lake.backends.base import APPEND_ONLY, BEFORE_THE_FIRST, Among
from triage.lake.backends.delta_log import DeltaLog
from triage.lake.history import Cleared, clear, clear_objects
from triage.lake.objects.files import ObjectFolder
from triage.lake.tables import Column as DeclaredColumn
from triage.lake.tables import Table
from triage.paths import is_local

_FEW = 1_000
"""Values that a filter may name; more of them are joined, since each costs a call to the JVM."""
_SCHEME = re.compile(r"^file:(//(?=/))?")
"""Before a path as Spark writes it: `file:/a b#c`, not encoded as a URI would be."""


class SparkBackend:
    """A declared table at `path`; the session is called for when a method needs it."""

    def __init__(self, session: Callable[[], SparkSession], table: Table, path: str) -> None:
        self._session = session
        self._table = table
        self._path = path

    def exists(self) -> bool:
        return self._log().version() >= 0

    def has_other_columns(self) -> bool:
        return self.exists() and set(self._stored().columns) != set(self._table.column_names)

    def last_version(self, app_id: str) -> int | None:
        return self._log().last_version(app_id)

    def rows(self, columns: Sequence[str], among: Among) -> Iterator[dict[str, Any]]:
        for row in self._among(among).select(*columns).toLocalIterator():
            yield {name: _in_utc(value) for name, value in row.asDict(recursive=True).items()}

    def count(self, among: Among) -> int:
        return self._among(among).count()

    def known(self, key: str, wanted: DataFrame, before_batch: int) -> DataFrame:
        """Every executor gets the keys of `wanted`, those of one batch, and the history stays where it is."""
        history = self.read(self.exists()).where(f.col("batch_id") < before_batch).select(key)
        return history.join(f.broadcast(wanted.select(key)), key, "left_semi")

    def append(self, rows: Sequence[Mapping[str, Any]], app_id: str = "", version: int = 0) -> None:
        self.append_frame(self._frame(rows), app_id, version, self.has_other_columns())

    def replace(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.overwrite(self._frame(rows), self.has_other_columns())

    def add_declared_columns(self) -> None:
        present = set(self._stored().columns) if self.exists() else set(self._table.column_names)
        for column in (c for c in self._table.columns if c.name not in present):
            comment = column.comment.replace("\\", "\\\\").replace("'", "\\'")
            added = f"`{column.name}` {column.type.simpleString()} COMMENT '{comment}'"
            self._spark.sql(f"ALTER TABLE delta.`{self._path}` ADD COLUMNS ({added})")

    def restore_properties(self) -> None:
        if not self._table.properties or not self.exists():
            return
        present = self._properties()
        for name, value in self._table.properties:
            if present.get(name) != value:
                self._set_property(name, value)

    def read(self, exists: bool) -> DataFrame:
        """All rows, with the declared columns, null where a table is older than a column; none unless it `exists`."""
        if not exists:
            return self._spark.createDataFrame([], self._table.schema)
        rows = self._stored()
        younger = [c for c in self._table.columns if c.name not in rows.columns]
        return rows.withColumns({c.name: f.lit(None).cast(c.type) for c in younger}).select(self._table.column_names)

    def append_frame(self, rows: DataFrame, app_id: str, version: int, merge_schema: bool) -> None:
        """Adds rows as `append` does; `merge_schema` where the table has other columns than are declared."""
        writer = self._declared(rows).write.format("delta").mode("append")
        if app_id:
            writer = writer.option("txnAppId", app_id).option("txnVersion", version)
        self._save(writer, merge_schema)

    def overwrite(self, rows: DataFrame, merge_schema: bool) -> None:
        """Replaces all rows in one version."""
        with self._open_for_changes():
            self._save(self._declared(rows).write.format("delta").mode("overwrite"), merge_schema)

    def replace_batches(self, rows: DataFrame, batches: Sequence[int], app_id: str, merge_schema: bool) -> None:
        """Replaces the rows of `batches` (ascending) in one version; Delta rejects rows of other batches.

        The transaction's version is the last batch, so that a repeated call changes nothing.
        """
        where = f"batch_id IN ({', '.join(map(str, batches))})"
        writer = self._declared(rows).write.format("delta").mode("overwrite").option("replaceWhere", where)
        self._save(writer.option("txnAppId", app_id).option("txnVersion", batches[-1]), merge_schema)

    def delete_keys(self, keys: DataFrame, before_batch: int | None, on: Sequence[str]) -> None:
        """Removes rows whose columns `on` are among `keys`, by a join, so that the log shows no value of them."""
        matches = " AND ".join(f"old.{name} = gone.{name}" for name in on)
        if before_batch is not None:
            matches += f" AND old.batch_id < {before_batch}"
        gone = keys.select(*on).distinct().alias("gone")
        with self._open_for_changes():
            self._delta().alias("old").merge(gone, matches).whenMatchedDelete().execute()

    def update(self, rows: DataFrame, columns: Sequence[str]) -> None:
        """Sets `columns` of the rows that `rows` has, by the table's keys."""
        matches = " AND ".join(f"old.{key} <=> new.{key}" for key in self._table.keys)
        values: dict[str, str | Column] = {name: f.col(f"new.{name}") for name in columns}
        with self._open_for_changes():
            self._delta().alias("old").merge(rows.alias("new"), matches).whenMatchedUpdate(set=values).execute()

    def files(self) -> list[str]:
        """The data files of the present version, as Spark writes their paths."""
        return self._stored().inputFiles()

    def compact(self) -> None:
        """Writes small files together."""
        self._delta().optimize().executeCompaction()

    def clear_history(self, root: str, validate: Callable[[], None]) -> Cleared:
        """Leaves the present version only; see `Store.clear_history`.

        `root` is the lake's, `validate` as in triage.lake.history.clear_objects.
        A checkpoint comes first, since what the log knew (above all the batches) would go with its files.
        """
        self._purge_vectors()
        log = self._log()
        version = log.version()
        log.ensure_checkpoint(version)
        if is_local(root):
            folder = Path(self._path.removeprefix("file://"))
            cleared = clear(folder, {_SCHEME.sub("", file) for file in self.files()}, version)
        else:
            log.abort_uploads()
            live = {file.removeprefix(f"{self._path}/") for file in self.files()}
            cleared = clear_objects(ObjectFolder.at(root, self._table.name), live, version, validate)
        self.forget_versions()
        return cleared

    def forget_versions(self) -> None:
        """Drops what Spark knows of versions, whose files may be gone."""
        self._log().clear_cache()

    def history(self) -> list[tuple[int, datetime]]:
        """The versions that the log still has, and when each was written, the oldest first."""
        rows = self._delta().history().select("version", "timestamp").collect()
        return sorted((int(row[0]), row[1].astimezone(UTC)) for row in rows)

    def create_view(self, exists: bool, version: int | None) -> None:
        """Makes the table, or a version of it, known to SQL, in place of another lake's.

        It has no rows where the table does not exist.
        """
        location, view = self._path.replace("'", "\\'"), self._table.view
        self._spark.sql(f"CREATE DATABASE IF NOT EXISTS {view.split('.')[0]}")
        if self._spark.catalog.tableExists(view):
            kind = "VIEW" if self._spark.catalog.getTable(view).tableType == "VIEW" else "TABLE"
            self._spark.sql(f"DROP {kind} {view}")
        exists = exists and version != BEFORE_THE_FIRST
        if exists and version is not None:
            self._spark.sql(f"CREATE VIEW {view} AS {self._past(version)}")
        elif exists:
            self._spark.sql(f"CREATE TABLE {view} USING DELTA LOCATION '{location}'")
        else:
            nothing = map(_null, self._table.columns)
            self._spark.sql(f"CREATE VIEW {view} AS SELECT {', '.join(nothing)} WHERE false")

    def _past(self, version: int) -> str:
        """A query of a version, in which columns that were declared later are null."""
        path = self._path.replace("`", "``")
        source = f"delta.`{path}` VERSION AS OF {version}"
        present = set(self._spark.sql(f"SELECT * FROM {source}").columns)  # noqa: S608 - a path of the lake
        columns = (f"`{one.name}`" if one.name in present else _null(one) for one in self._table.columns)
        return f"SELECT {', '.join(columns)} FROM {source}"  # noqa: S608 - declared names

    @property
    def _spark(self) -> SparkSession:
        return self._session()

    def _log(self) -> DeltaLog:
        return DeltaLog(self._spark, self._path)

    def _delta(self) -> DeltaTable:
        return DeltaTable.forPath(self._spark, self._path)

    def _stored(self) -> DataFrame:
        return self._spark.read.format("delta").load(self._path)

    def _frame(self, rows: Sequence[Mapping[str, Any]]) -> DataFrame:
        values = [tuple(row.get(name) for name in self._table.column_names) for row in rows]
        return self._spark.createDataFrame(values, self._table.schema, verifySchema=False).coalesce(1)

    def _among(self, among: Among) -> DataFrame:
        rows = self.read(self.exists())
        for name, values in among.items():
            if len(values) <= _FEW:
                rows = rows.where(f.col(name).isin(list(values)))
            else:
                wanted = t.StructType([self._table.schema[name]])
                frame = self._spark.createDataFrame([(value,) for value in values], wanted)
                rows = rows.join(f.broadcast(frame), name, "left_semi")
        return rows

    def _declared(self, rows: DataFrame) -> DataFrame:
        columns = self._table.columns
        missing = sorted({c.name for c in columns} - set(rows.columns))
        if missing:
            raise ContractError(
                f"Columns are missing: {', '.join(missing)}.",
                where=self._table.name,
                remedy="Add them to the transform.",
            )
        return rows.select([f.col(c.name).cast(c.type).alias(c.name, metadata={"comment": c.comment}) for c in columns])

    def _save(self, writer: DataFrameWriter, merge_schema: bool) -> None:
        for name, value in self._table.delta_properties.items():
            writer = writer.option(name, value)
        if merge_schema:
            writer = writer.option("mergeSchema", "true")
        writer.save(self._path)

    def _purge_vectors(self) -> None:
        """With deletion vectors, removed rows stay in their files until those are written anew."""
        if "delta.enableDeletionVectors" in self._properties():
            self._spark.sql(f"REORG TABLE delta.`{self._path}` APPLY (PURGE)")

    @contextmanager
    def _open_for_changes(self) -> Iterator[None]:
        """Suspends `delta.appendOnly`, which forbids even an erasure; `restore_properties` sets it after a kill."""
        is_append_only = (APPEND_ONLY, "true") in self._table.properties
        if is_append_only:
            self._set_property(APPEND_ONLY, "false")
        yield
        if is_append_only:
            self._set_property(APPEND_ONLY, "true")

    def _properties(self) -> dict[str, str]:
        detail = self._delta().detail().select("properties").first()
        return dict(detail[0]) if detail else {}

    def _set_property(self, name: str, value: str) -> None:
        self._spark.sql(f"ALTER TABLE delta.`{self._path}` SET TBLPROPERTIES ('{name}' = '{value}')")


def _in_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _null(column: DeclaredColumn) -> str:
    return f"CAST(NULL AS {column.type.simpleString()}) AS `{column.name}`"
