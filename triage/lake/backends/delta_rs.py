"""Delta tables through delta-rs: in a folder of this machine, read and written by the driver without a JVM.

A question or a few rows take Spark seconds as long as its JVM is cold, and starting it takes more; here they take
milliseconds.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, Schema, Transaction, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem
from pyspark.sql import DataFrame
from pyspark.sql import types as t

from triage.errors import ContractError
from triage.lake.backends.base import APPEND_ONLY, BEFORE_THE_FIRST, Among
from triage.lake.history import Cleared, clear
from triage.lake.inspection.snapshot import Snapshot
from triage.lake.tables import Table

_ADDRESSABLE = re.compile(r"[\w ./#?+=&,:@~-]+")
"""Paths that delta-rs takes as they are; it would decode a `%` and fails at some other characters."""
_READER, _WRITER = 1, 2
"""The highest Delta protocol that is taken here; features beyond it, such as deletion vectors, need Spark."""
_CHECKPOINT_EVERY = 10
"""Versions, as with Spark, so that no log is long to read; delta-rs' own is a hundred."""
_READING: dict[str, Any] = {"batch_size": 4_096, "batch_readahead": 2, "fragment_readahead": 1}
"""pyarrow reads 16 batches of 131,072 rows and 4 files ahead by default, which multiplies memory and gains no time on a
local disk."""


class DeltaRsBackend:
    """A declared table in `folder`, as it is when this object is made; `delta` is None before its first version."""

    def __init__(self, table: Table, folder: str, delta: DeltaTable | None) -> None:
        self._table = table
        self._folder = folder
        self._delta = delta

    def exists(self) -> bool:
        return self._delta is not None

    def has_other_columns(self) -> bool:
        return self._delta is not None and _names(self._delta) != set(self._table.column_names)

    def last_version(self, app_id: str) -> int | None:
        return self._delta.transaction_version(app_id) if self._delta else None

    def append(self, rows: Sequence[Mapping[str, Any]], app_id: str = "", version: int = 0) -> None:
        done = self.last_version(app_id) if app_id else None
        if done is not None and done >= version:
            return
        write_deltalake(
            self._delta or self._folder,
            pa.Table.from_pylist(list(rows), schema=self._written_schema()),
            mode="append",
            configuration=self._table.delta_properties,
            schema_mode="merge" if self.has_other_columns() else None,
            commit_properties=CommitProperties(app_transactions=[Transaction(app_id, version)] if app_id else None),
        )
        self._checkpoint()

    def rows(self, columns: Sequence[str], among: Among) -> Iterator[dict[str, Any]]:
        """A batch of rows is in memory at a time."""
        if self._delta is None:
            return
        found = self._batches(self._delta, list(columns), self._filter(among))
        for batch in found:
            yield from batch.to_pylist(maps_as_pydicts="strict")

    def count(self, among: Among) -> int:
        return self._dataset(self._delta).count_rows(filter=self._filter(among)) if self._delta else 0

    def known(self, key: str, wanted: DataFrame, before_batch: int) -> DataFrame:
        """The driver takes the keys of `wanted`, those of one batch, and looks them up in the history."""
        keys = [row[0] for row in wanted.select(key).collect()] if self._delta else []
        found = dict.fromkeys(self._written(key, keys, before_batch))
        only = t.StructType([self._table.schema[key]])
        return wanted.sparkSession.createDataFrame([(value,) for value in found], only, verifySchema=False)

    def add_declared_columns(self) -> None:
        if self._delta is None:
            return
        present = _names(self._delta)
        younger = [f for f in Schema.from_json(self._table.schema.json()).fields if f.name not in present]
        if younger:
            self._delta.alter.add_columns(younger)

    def restore_properties(self) -> None:
        if self._delta is None:
            return
        present = self._delta.metadata().configuration
        missing = {name: value for name, value in self._table.properties if present.get(name) != value}
        if missing:
            self._delta.alter.set_table_properties(missing)

    def replace(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rewrite(iter(pa.Table.from_pylist(list(rows), schema=self._rewritten_schema()).to_batches()))

    def record_batches(self, columns: Sequence[str], filter: ds.Expression | None) -> Iterator[pa.RecordBatch]:
        """As `rows`, in Arrow's form and by any filter."""
        if self._delta is not None:
            yield from self._batches(self._delta, list(columns), filter)

    def dataset(self, version: int | None) -> ds.Dataset:
        """The declared columns of a version (None: the present one), for queries; no rows before the first version."""
        if self._delta is None or version == BEFORE_THE_FIRST:
            return ds.dataset(_arrow_schema(self._table).empty_table())
        return self._dataset(self._delta if version is None else self._earlier(version))

    def _earlier(self, version: int) -> DeltaTable:
        """Raises ContractError where the log or the files of that version are gone."""
        with suppress(DeltaError, FileNotFoundError):
            delta = DeltaTable(self._folder, version=version)
            if all(Path(self._folder, unquote(one)).exists() for one in _relative_paths(delta)):
                return delta
        raise ContractError(
            f"The files of version {version} are gone: maintenance or an erasure removed them.",
            where=self._table.name,
            remedy="Ask for a later moment.",
        )

    def stored_batches(self) -> Iterator[pa.RecordBatch]:
        """All rows with all columns, also those that are not declared any more, for `rewrite`."""
        if self._delta is not None:
            files = SubTreeFileSystem(self._folder, LocalFileSystem())
            rows = self._delta.to_pyarrow_dataset(filesystem=files, schema=self._rewritten_schema())
            yield from rows.to_batches(**_READING)

    def rewrite(self, batches: Iterator[pa.RecordBatch]) -> None:
        """Puts these rows in the place of all rows, in one version; its log shows no value and no predicate.

        delta-rs' own DELETE and MERGE write their predicates into the log, among them the smallest and largest key.
        The batches may be read from the table itself.
        """
        if self._delta is None:
            return
        with self._open_for_changes(self._delta):
            write_deltalake(
                self._delta,
                pa.RecordBatchReader.from_batches(self._rewritten_schema(), batches),
                mode="overwrite",
                schema_mode="merge" if self._has_younger_columns() else None,
            )
            self._checkpoint()

    def files(self) -> list[str]:
        """The data files of the present version, as absolute paths."""
        return [str(Path(self._folder, one)) for one in self._paths()]

    def clear_history(self) -> Cleared:
        """Leaves the present version only; see `Store.clear_history`.

        A checkpoint comes first, since what the log knew (above all the batches) would go with its files. A table that
        is taken here has no deletion vectors, so no removed row is left in a file.
        """
        if self._delta is None:
            return Cleared(0, 0)
        folder, version = Path(self._folder), self._delta.version()
        if not any(folder.glob(f"_delta_log/{version:020d}.checkpoint*")):
            self._write_checkpoint(self._delta)
        return clear(folder, set(self.files()), version)

    def merge_small_files(self, most: int) -> None:
        """Writes small files together where there are more than `most`; readers of earlier versions keep theirs."""
        if self._delta is not None and len(self._delta.file_uris()) > most:
            self._delta.optimize.compact()

    def _written(self, column: str, values: Sequence[Any], before_batch: int) -> Iterator[Any]:
        """Those of the values that earlier batches wrote to a column, as often as they did.

        Looked up batch by batch, since a filter of the data set compares all values with the statistics of all row
        groups.
        """
        if self._delta is None or not values:
            return
        wanted = pa.array(values, _arrow_schema(self._table).field(column).type)
        for batch in self._batches(self._delta, [column], ds.field("batch_id") < before_batch):
            found = batch.column(0)
            yield from found.filter(pc.is_in(found, wanted)).to_pylist()

    def _checkpoint(self) -> None:
        if self._delta and self._delta.version() % _CHECKPOINT_EVERY == 0:
            self._write_checkpoint(self._delta)

    def _write_checkpoint(self, delta: DeltaTable) -> None:
        # Spark's checksum of the file that is written anew: it would wait three times for the two to agree
        Path(self._folder, "_delta_log", "._last_checkpoint.crc").unlink(missing_ok=True)
        delta.create_checkpoint()

    @contextmanager
    def _open_for_changes(self, delta: DeltaTable) -> Iterator[None]:
        """Suspends `delta.appendOnly`, which forbids even an erasure; `restore_properties` sets it after a kill."""
        is_append_only = (APPEND_ONLY, "true") in self._table.properties
        if is_append_only:
            delta.alter.set_table_properties({APPEND_ONLY: "false"})
        yield
        if is_append_only:
            delta.alter.set_table_properties({APPEND_ONLY: "true"})

    def _paths(self) -> list[str]:
        return _relative_paths(self._delta) if self._delta else []

    def _has_younger_columns(self) -> bool:
        return self._delta is not None and not set(self._table.column_names) <= _names(self._delta)

    def _rewritten_schema(self) -> pa.Schema:
        """The columns that the table has, and those that were declared since."""
        present = _in_pyarrow(self._delta.schema()) if self._delta else pa.schema([])
        return pa.schema([*present, *(one for one in _arrow_schema(self._table) if one.name not in present.names)])

    def _written_schema(self) -> pa.Schema:
        """The declared columns; those that the table has keep its comments, which may since have been reworded."""
        present = {field.name: field for field in _in_pyarrow(self._delta.schema())} if self._delta else {}
        return pa.schema([present.get(field.name, field) for field in _arrow_schema(self._table)])

    def _batches(self, delta: DeltaTable, columns: list[str], filter: ds.Expression | None) -> Iterator[pa.RecordBatch]:
        return self._dataset(delta).to_batches(columns, filter=filter, **_READING)

    def _dataset(self, delta: DeltaTable) -> ds.Dataset:
        """Read through Arrow's own file system.

        The default one calls Python from Arrow's threads, and a job that ends while one of them gives back a buffer is
        aborted by its own interpreter.
        """
        files = SubTreeFileSystem(self._folder, LocalFileSystem())
        return delta.to_pyarrow_dataset(filesystem=files, schema=_arrow_schema(self._table))

    def _filter(self, among: Among) -> ds.Expression | None:
        schema = _arrow_schema(self._table)
        wanted = (
            ds.field(name).isin(pa.array(list(values), schema.field(name).type)) for name, values in among.items()
        )
        return reduce(and_, wanted) if among else None


def delta_rs_backend(table: Table, folder: str) -> DeltaRsBackend | None:
    """The table as it is now, also before its first version; None where only Spark can take it."""
    if not _ADDRESSABLE.fullmatch(folder):
        return None
    delta = _opened(folder)
    protocol = delta.protocol() if delta else None
    if protocol and (protocol.min_reader_version > _READER or protocol.min_writer_version > _WRITER):
        return None
    return DeltaRsBackend(table, folder, delta)


def delta_rs_snapshot(folder: str) -> Snapshot | None:
    """The present version of any Delta table, whatever its protocol; None before the first.

    Raises ContractError, without the library's text, where the table cannot be opened.
    """
    try:
        delta = _opened(folder)
        return _snapshot(delta) if delta else None
    except (DeltaError, ValueError, KeyError, OSError, pa.ArrowException):
        raise ContractError(
            "The table cannot be opened.", where=folder, remedy="Restore it with jobs/restore.py from a backup."
        ) from None


def _snapshot(delta: DeltaTable) -> Snapshot:
    protocol, files = delta.protocol(), pa.table(delta.get_add_actions(flatten=True)).select(["path", "size_bytes"])
    features = {*(protocol.reader_features or ()), *(protocol.writer_features or ())}
    return Snapshot(
        delta.version(),
        protocol.min_reader_version,
        protocol.min_writer_version,
        tuple(sorted(features)),
        {field.name: field.dataType.simpleString() for field in t.StructType.fromJson(_json(delta)).fields},
        {unquote(str(row["path"])): int(row["size_bytes"] or 0) for row in files.to_pylist()},
        str(delta.metadata().id),
    )


def _relative_paths(delta: DeltaTable) -> list[str]:
    actions: Any = delta.get_add_actions()
    return [str(path) for path in pa.table(actions)["path"].to_pylist()]


def _json(delta: DeltaTable) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(delta.schema().to_json())
    return content


def is_taken(snapshot: Snapshot) -> bool:
    """Whether a table of this protocol is read and written here; Spark takes all others."""
    return snapshot.reader <= _READER and snapshot.writer <= _WRITER


def _opened(folder: str) -> DeltaTable | None:
    try:
        # a folder that may not be read is a fault, not an absent table
        os.scandir(f"{folder}/_delta_log").close()
        return DeltaTable(folder)
    except (FileNotFoundError, TableNotFoundError):
        return None


def _names(delta: DeltaTable) -> set[str]:
    return {field.name for field in delta.schema().fields}


def _arrow_schema(table: Table) -> pa.Schema:
    return _in_pyarrow(Schema.from_json(table.schema.json()))


def _in_pyarrow(schema: Schema) -> pa.Schema:
    exported: Any = schema.to_arrow()  # pyarrow takes it by the Arrow C interface, which its stubs do not know
    return pa.schema(exported)
