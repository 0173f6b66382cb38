"""Delta tables in a folder of this machine, read and written by the driver without Spark.

A question or a few rows take Spark 0.3 to 3 seconds as long as its JVM is cold, and starting it takes more; here they
take some 10 ms. Both leave the same tables, and each sees what the other wrote.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, Schema, Transaction, write_deltalake
from deltalake.exceptions import TableNotFoundError

from triage.lake.tables import Table

_ADDRESSABLE = re.compile(r"[\w ./#?+=&,:@~-]+")
"""Paths that delta-rs takes as they are; it would decode a `%` and fails at some other characters."""
_READER, _WRITER = 1, 2
"""The Delta protocol of our tables; what an operator switched on beyond it (deletion vectors) is Spark's to handle."""
_CHECKPOINT_EVERY = 10
"""Versions, as with Spark, so that no log is long to read; delta-rs' own is a hundred."""
_AHEAD = {"batch_readahead": 2, "fragment_readahead": 1}
"""The ledger of ten million files takes 3 CPU seconds so, and a fraction of the memory that the defaults take."""


class LocalTable:
    """A declared table in `folder`, as it stands now."""

    def __init__(self, table: Table, folder: str, delta: DeltaTable | None) -> None:
        self._table = table
        self._folder = folder
        self._delta = delta

    @property
    def exists(self) -> bool:
        """Whether it has a first version."""
        return self._delta is not None

    @property
    def is_as_declared(self) -> bool:
        """Whether the properties of the declaration are in force, or will be with the first version."""
        present = self._delta.metadata().configuration if self._delta else self._table.delta_properties
        return self._table.delta_properties.items() <= present.items()

    @property
    def is_of_other_columns(self) -> bool:
        """Whether columns were declared since the table was made, or are not any more."""
        return self._delta is not None and _names(self._delta) != set(self._table.column_names)

    def last(self, transaction: str) -> int | None:
        """The highest version of an application's transactions in the log."""
        return self._delta.transaction_version(transaction) if self._delta else None

    def append(self, rows: Sequence[Mapping[str, Any]], transaction: str = "", version: int = 0) -> None:
        """Adds rows in one commit; nothing where the log holds that version of the transaction, or a later one."""
        done = self.last(transaction)
        if transaction and done is not None and done >= version:
            return
        write_deltalake(
            self._delta or self._folder,
            pa.Table.from_pylist(list(rows), schema=self._written_schema()),
            mode="append",
            configuration=self._table.delta_properties,
            schema_mode="merge" if self.is_of_other_columns else None,
            commit_properties=CommitProperties(
                app_transactions=[Transaction(transaction, version)] if transaction else None
            ),
        )
        if self._delta and self._delta.version() % _CHECKPOINT_EVERY == 0:
            # Spark's checksum of the file that is written anew: it would wait three times for the two to agree
            Path(self._folder, "_delta_log", "._last_checkpoint.crc").unlink(missing_ok=True)
            self._delta.create_checkpoint()

    def rows(self, columns: Sequence[str], among: Mapping[str, Collection[Any]]) -> Iterator[dict[str, Any]]:
        """The rows that hold one of the given values in each column of `among`; other rows are not kept in memory."""
        if self._delta is None:
            return
        found = self._dataset(self._delta).to_batches(
            columns=list(columns), filter=self._filter(among), **_AHEAD
        )
        for batch in found:
            yield from batch.to_pylist(maps_as_pydicts="strict")

    def count(self, among: Mapping[str, Collection[Any]]) -> int:
        """How many rows `rows` would give."""
        return self._dataset(self._delta).count_rows(filter=self._filter(among)) if self._delta else 0

    def known(self, column: str, values: Collection[Any], before_batch: int) -> Iterator[Any]:
        """Those of the values that earlier batches wrote to a column, as often as they did.

        Sought piece by piece, since a filter of the data set compares all values with the statistics of all row groups.
        """
        if self._delta is None or not values:
            return
        data = self._dataset(self._delta)
        wanted = pa.array(list(values), data.schema.field(column).type)
        for batch in data.to_batches([column], filter=ds.field("batch_id") < before_batch, **_AHEAD):
            found = batch.column(0)
            yield from found.filter(pc.is_in(found, wanted)).to_pylist()

    def _written_schema(self) -> pa.Schema:
        """The declared columns; those that the table has keep its comments, which may since have been reworded."""
        present = {field.name: field for field in pa.schema(self._delta.schema())} if self._delta else {}
        return pa.schema([present.get(field.name, field) for field in _arrow_schema(self._table)])

    def _dataset(self, delta: DeltaTable) -> ds.Dataset:
        return delta.to_pyarrow_dataset(schema=_arrow_schema(self._table))

    def _filter(self, among: Mapping[str, Collection[Any]]) -> ds.Expression | None:
        schema = _arrow_schema(self._table)
        wanted = (
            ds.field(name).isin(pa.array(list(values), schema.field(name).type))
            for name, values in among.items()
        )
        return reduce(and_, wanted) if among else None


def local_table(table: Table, folder: str) -> LocalTable | None:
    """The table, also before its first version; None where only Spark can take it."""
    if not _ADDRESSABLE.fullmatch(folder):
        return None
    delta = _opened(folder)
    protocol = delta.protocol() if delta else None
    if protocol and (protocol.min_reader_version > _READER or protocol.min_writer_version > _WRITER):
        return None
    return LocalTable(table, folder, delta)


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
    return pa.schema(Schema.from_json(table.schema.json()).to_arrow())
