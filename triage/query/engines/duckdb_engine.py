"""Statements by DuckDB over delta-rs, in this process and without a JVM.

DuckDB sees the tables that a statement names and nothing else: no file, no network, no variable of this program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from triage.errors import ConfigError
from triage.lake.store import Store
from triage.query.engines.engine import Versions, cut
from triage.query.engines.faults import does_not_work, fails_on_a_row, unknown_name
from triage.query.language.statement import Statement

_Made = TypeVar("_Made")

_SEALED_OFF: Mapping[str, str | bool] = {
    "python_enable_replacements": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "temp_directory": "",  # what does not fit into memory would lie in files that no erasure knows
}
_ZONE = "SET TimeZone = 'UTC'"
_PROGRESS = ("SET enable_progress_bar = true", "SET enable_progress_bar_print = false")
_LOCKS = ("SET enable_external_access = false", "SET lock_configuration = true")
_REFUSED = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.NotImplementedException)
"""What is raised before a row is read, so that no text of it has a row's value."""

_ROWS_OF_A_BATCH = 10_000
_WIDE = pa.decimal128(38, 0)
"""In what Arrow gets DuckDB's sums of whole numbers, which have 128 bits."""


class DuckDbEngine:
    """Tables of a lake that delta-rs takes."""

    name = "duckdb"

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: duckdb.DuckDBPyConnection | None = None

    def rows(self, statement: Statement, versions: Versions, limit: int) -> pa.RecordBatchReader:
        with _translated_faults(statement):
            connection = self._connection = self._opened(statement, versions)
            text = statement.limited(limit).for_duckdb()
            rows = connection.sql(f"EXPLAIN {text}" if statement.explain else text)
            batches = _interruptible(connection, lambda: rows.to_arrow_reader(_ROWS_OF_A_BATCH))
        schema = pa.schema([_declared(field) for field in batches.schema])
        return pa.RecordBatchReader.from_batches(schema, cut(_read(connection, batches, schema, statement), limit))

    def progress(self) -> float | None:
        """Share of the present statement's work that is done; None where that is not known."""
        done = self._connection.query_progress() if self._connection else -1.0
        return done / 100 if done >= 0 else None

    def _opened(self, statement: Statement, versions: Versions) -> duckdb.DuckDBPyConnection:
        """A database of its own for each statement, with the tables that it names."""
        connection = duckdb.connect(config=dict(_SEALED_OFF))
        connection.execute(_ZONE)
        with suppress(duckdb.InvalidInputException):  # in a notebook it wants a package; no progress is known then
            for setting in _PROGRESS:
                connection.execute(setting)
        for table in statement.tables:
            zone, name = table.view.split(".")
            connection.register(f"{zone}_{name}", self._store.dataset(table, versions.get(table)))
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {zone}")
            connection.execute(f"CREATE VIEW {zone}.{name} AS SELECT * FROM {zone}_{name}")  # noqa: S608 - declared names
        for lock in _LOCKS:
            connection.execute(lock)
        return connection


def _read(
    connection: duckdb.DuckDBPyConnection, batches: pa.RecordBatchReader, schema: pa.Schema, statement: Statement
) -> Iterator[pa.RecordBatch]:
    with _translated_faults(statement):
        while (batch := _interruptible(connection, lambda: next(iter(batches), None))) is not None:
            yield batch.cast(schema)


def _interruptible(connection: duckdb.DuckDBPyConnection, work: Callable[[], _Made]) -> _Made:
    """What `work` makes in a thread of its own.

    Python hands Ctrl-C to its main thread only, which in the library does not look for it before the work is done.
    """
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(work)
        try:
            return made.result()
        except KeyboardInterrupt:
            connection.interrupt()
            raise


def _declared(field: pa.Field[Any]) -> pa.Field[Any]:
    """Sums of whole numbers have 64 bits, as in Spark."""
    return field.with_type(pa.int64()) if field.type == _WIDE else field


@contextmanager
def _translated_faults(statement: Statement) -> Iterator[None]:
    try:
        yield
    except _REFUSED as fault:
        raise unknown_name(str(fault), statement) or does_not_work(str(fault)) from None
    except duckdb.PermissionException:
        raise ConfigError(
            "A statement reads tables of the lake only.", where="sql", remedy="Leave out functions that read files."
        ) from None
    except duckdb.OutOfMemoryException:
        raise ConfigError(
            "The statement needs more memory than there is.", where="sql", remedy="Start it with --engine spark."
        ) from None
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except (duckdb.Error, pa.ArrowInvalid) as fault:
        raise fails_on_a_row(type(fault).__name__) from None
