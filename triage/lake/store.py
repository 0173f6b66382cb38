"""The only reader and writer of Delta tables.

Each write of a batch names the table and the batch as its Delta transaction (`txnAppId`,
`txnVersion`), so that repeating it after a kill changes nothing, and the table itself knows which batches it holds.
Before each write the leases of a lake on an object store are checked: whoever lost one writes nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as f

from triage.errors import ContractError
from triage.lake.backends.base import TableBackend
from triage.lake.backends.delta_rs import DeltaRsBackend, delta_rs_backend, delta_rs_snapshot, is_taken
from triage.lake.backends.spark import SparkBackend
from triage.lake.commits import Commit, read_commits
from triage.lake.format import FORMAT_VERSION, UNRECORDED_VERSION, require_known_format
from triage.lake.history import Cleared
from triage.lake.inspection.snapshot import Snapshot
from triage.lake.locks import table_lock, validate_leases
from triage.lake.restored import require_no_due_erasure
from triage.lake.tables import (
    APPLIED_MIGRATIONS,
    CORRECTIONS,
    GOLD_SET,
    PROMOTIONS,
    PSEUDONYMS,
    RELABELS,
    REVEALS,
    REVIEW_QUEUE,
    STATUS,
    TRAINING_SETS,
    WRITE_BACKS,
    Table,
)
from triage.paths import is_local

_PRESENT: Mapping[Table, int] = MappingProxyType({})
NOTHING = 0
"""The batch id before the first."""

SHARED_TABLES = frozenset(
    table.name
    for table in (
        REVEALS,
        CORRECTIONS,
        GOLD_SET,
        REVIEW_QUEUE,
        TRAINING_SETS,
        PROMOTIONS,
        RELABELS,
        PSEUDONYMS,
        STATUS,
        WRITE_BACKS,
    )
)
"""The tables that jobs add to without the lake's lock, so that nobody waits for a run to end."""


class Store:
    """The lake's tables at `root`; a session that is given as a call is made when something needs it.

    What the driver reads and writes itself goes through delta-rs where that can take the table, else through Spark.
    """

    def __init__(self, spark: SparkSession | Callable[[], SparkSession], root: str) -> None:
        self._session = spark
        self.root = root.rstrip("/")
        self._of_spark_only: set[str] = set()
        self._is_usable = False
        self._has_known_format = False

    @cached_property
    def spark(self) -> SparkSession:
        """The session."""
        return self._session() if callable(self._session) else self._session

    def path(self, table: Table) -> str:
        """Folder of the table."""
        return f"{self.root}/{table.name}"

    def exists(self, table: Table) -> bool:
        """Whether the table has a first version."""
        return self._backend(table).exists()

    def read(self, table: Table) -> DataFrame:
        """All rows, with the declared columns; no rows where the table does not exist yet.

        A column that was declared after the table was made is null in it.
        """
        return self._in_spark(table).read(self.exists(table))

    def batch(self, table: Table, batch_id: int) -> DataFrame:
        """The rows that a batch wrote."""
        return self.read(table).where(f.col("batch_id") == batch_id)

    def rows(self, table: Table, columns: Sequence[str], **among: Collection[Any]) -> Iterator[dict[str, Any]]:
        """The rows that hold one of the given values in each of the named columns, for the driver; times are in UTC."""
        return self._backend(table).rows(columns, among)

    def count(self, table: Table, **among: Collection[Any]) -> int:
        """How many rows hold one of the given values in each of the named columns."""
        return self._backend(table).count(among)

    def known(self, table: Table, key: str, wanted: DataFrame, before_batch: int) -> DataFrame:
        """Which values of the column `key` of `wanted`, the keys of one batch, earlier batches wrote to the table."""
        return self._backend(table).known(key, wanted, before_batch)

    def last_batch(self, table: Table, part: str = "") -> int:
        """The highest batch that was written to the table (to this part of it), 0 before the first."""
        return self._backend(table).last_version(_app_id(table, part)) or NOTHING

    def format_version(self) -> int:
        """The version of the lake's format; UNRECORDED_VERSION where it records none."""
        rows = self.rows(APPLIED_MIGRATIONS, ("format_version",)) if self.exists(APPLIED_MIGRATIONS) else ()
        found = max((row["format_version"] for row in rows), default=UNRECORDED_VERSION)
        self._has_known_format = found <= FORMAT_VERSION
        return found

    def commits(self, table: Table) -> tuple[Commit, ...] | None:
        """The commits that the table's log still has, the oldest first; None where the lake is remote."""
        return read_commits(Path(self.path(table).removeprefix("file://"))) if is_local(self.root) else None

    def history(self, table: Table) -> list[tuple[int, datetime]]:
        """The versions that the table's log still has, and when each was written, the oldest first, of any lake."""
        commits = self.commits(table)
        if commits is None:
            return self._in_spark(table).history() if self.exists(table) else []
        return [(commit.version, commit.at) for commit in commits if commit.at is not None]

    def snapshot(self, table: Table) -> Snapshot | None:
        """The present version of a local table without a JVM, whatever its protocol; None before the first.

        Raises ContractError where it cannot be opened.
        """
        return delta_rs_snapshot(self.path(table).removeprefix("file://"))

    def needs_spark(self, snapshot: Snapshot) -> bool:
        """Whether only Spark takes a table with this protocol."""
        return not is_taken(snapshot)

    def append(self, table: Table, rows: DataFrame, batch_id: int, part: str = "") -> None:
        """Adds a batch's rows once, however often it is called. Raises ContractError on missing columns."""
        self._validate_write()
        merges = self._backend(table).has_other_columns()
        self._in_spark(table).append_frame(rows, _app_id(table, part), batch_id, merges)

    def append_rows(self, table: Table, rows: Sequence[Row | dict[str, Any]], batch_id: int, part: str = "") -> None:
        """Adds rows that the driver has (counts, plans), as `append` does."""
        self._validate_write()
        plain = [row if isinstance(row, dict) else row.asDict(recursive=True) for row in rows]
        self._backend(table).append(plain, _app_id(table, part), batch_id)

    def add(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Adds rows to a table that no batch writes; repeated, they are in it twice."""
        with self._writing(table):
            self._backend(table).restore_properties()
            self._backend(table).append(rows)

    def alone(self, table: Table) -> AbstractContextManager[None]:
        """The lock of one of SHARED_TABLES; for all others the lake's is enough.

        Whatever replaces rows or files of such a table takes it, or it would lose a row that is added meanwhile, or
        remove its file before the log names it. Batches that append to vault/pseudonyms do not: appends never conflict.
        """
        return table_lock(self.root, table.name) if table.name in SHARED_TABLES else nullcontext()

    def overwrite(self, table: Table, rows: DataFrame) -> None:
        """Replaces all rows of a table in one version; its batches stay known.

        Of one of SHARED_TABLES, the rows must have been read within the same `alone`.
        """
        with self._writing(table):
            self._in_spark(table).overwrite(rows, self._backend(table).has_other_columns())

    def replace(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """As `overwrite`, with rows that the driver has."""
        with self._writing(table):
            self._backend(table).replace(rows)

    def replace_batches(self, table: Table, rows: DataFrame, batches: Collection[int], work: str) -> None:
        """Replaces all rows of these batches in one version, once for each `work` and last batch.

        Readers see the old rows or the new ones of all these batches. `rows` may be read from the same table. The
        batches must be later than those that the same `work` replaced before. Raises ContractError on missing columns.
        """
        self._validate_write()
        merges = self._backend(table).has_other_columns()
        self._in_spark(table).replace_batches(rows, sorted(batches), _app_id(table, work), merges)

    def delete_keys(
        self, table: Table, keys: DataFrame, before_batch: int | None = None, on: str | Sequence[str] = "mail_key"
    ) -> None:
        """Removes the rows (of batches before `before_batch` only, if given) whose columns `on` are among `keys`.

        The log then shows a comparison of columns, and no value.
        """
        with self._writing(table):
            self._in_spark(table).delete_keys(keys, before_batch, (on,) if isinstance(on, str) else on)

    def update(self, table: Table, rows: DataFrame, columns: Sequence[str]) -> None:
        """Sets `columns` of the rows that `rows` has, by the table's keys."""
        with self._writing(table):
            self._in_spark(table).update(rows, columns)

    def add_declared_columns(self, table: Table) -> None:
        """Adds the columns that were declared since the table was made; nothing where it has all, or does not exist."""
        with self._writing(table):
            self._backend(table).add_declared_columns()

    def files(self, table: Table) -> int:
        """How many data files the present version has."""
        return len(self._backend(table).files())

    def compact(self, table: Table) -> None:
        """Writes small files together."""
        with self._writing(table):
            self._in_spark(table).compact()

    def merge_small_files(self, table: Table, most: int) -> None:
        """As `compact`, without Spark, where a table that delta-rs takes has more than `most` files; else nothing."""
        with self._writing(table):
            backend = self._backend(table)
            if isinstance(backend, DeltaRsBackend):
                backend.merge_small_files(most)

    def clear_history(self, table: Table) -> Cleared:
        """Leaves a table's present version only: rows, statistics and predicates of all earlier ones are gone.

        Deletion vectors are purged, a checkpoint takes over what the log knew (also the batches), and files that
        no version names, such as those of a killed writer, go, too. The lake's lock must be held.
        """
        with self._writing(table):
            self._backend(table).restore_properties()
            backend = self._backend(table)
            if not isinstance(backend, DeltaRsBackend):
                return self._in_spark(table).clear_history(self.root, lambda: validate_leases(self.root))
            cleared = backend.clear_history()
            if "spark" in self.__dict__:
                self._in_spark(table).forget_versions()
            return cleared

    def works_without_spark(self, tables: Iterable[Table]) -> bool:
        """Whether delta-rs takes all of the tables."""
        return all(isinstance(self._backend(table), DeltaRsBackend) for table in tables)

    def record_batches(
        self, table: Table, columns: Sequence[str], where: ds.Expression | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Rows of a table that delta-rs takes, in Arrow's form, a batch at a time."""
        return self._without_spark(table).record_batches(columns, where)

    def dataset(self, table: Table, version: int | None = None) -> ds.Dataset:
        """The rows of a table that delta-rs takes, for queries in Arrow's form; by default of its present version.

        No rows where the table does not exist yet. Raises ContractError where only Spark can take the table.
        """
        return self._without_spark(table).dataset(version)

    def rewrite(self, table: Table, change: Callable[[pa.RecordBatch], pa.RecordBatch]) -> None:
        """Puts what `change` makes of a table's rows in their place, in one version, without Spark.

        The batches have all columns of the table, and `change` gives the same columns. The log shows no value. Of one
        of SHARED_TABLES, other writers wait.
        """
        with self._writing(table):
            backend = self._without_spark(table)
            backend.rewrite(change(batch) for batch in backend.stored_batches())

    def register_views(self, tables: Sequence[Table], versions: Mapping[Table, int] = _PRESENT) -> None:
        """Makes tables known to SQL as `layer.table`, such as `silver.mail`; one without a version yet has no rows.

        Those that `versions` names are read as they were then.
        """
        for table in tables:
            self._in_spark(table).create_view(self.exists(table), versions.get(table))

    @contextmanager
    def _writing(self, table: Table) -> Iterator[None]:
        """A write of this process alone: with the table's lock, and no lease of the lake lost."""
        with self.alone(table):
            self._validate_write()
            yield

    def _validate_write(self) -> None:
        """No lease of the lake is lost, and its format is known.

        A remote lake is asked for that before the first write only, since it takes Spark; a run has asked before.
        """
        if not self._has_known_format:
            require_known_format(self.format_version(), self.root)
        validate_leases(self.root)

    def _backend(self, table: Table) -> TableBackend:
        """delta-rs where it can take the table; a table that it cannot take is Spark's for the life of this store.

        That a table is delta-rs' is decided at each call, because somebody may give it a feature of Delta that
        delta-rs does not know while this job runs, and rows that are removed by such a feature would come back.
        It costs nothing: a call opens the table anyway to see its newest version, and its protocol comes with it.
        The other way round a decision may be kept, since Spark takes every table.
        """
        self._require_usable()
        if table.name not in self._of_spark_only and is_local(self.root):
            if backend := delta_rs_backend(table, self.path(table).removeprefix("file://")):
                return backend
            self._of_spark_only.add(table.name)
        return self._in_spark(table)

    def _require_usable(self) -> None:
        """Asked once, before anything is read or written."""
        if self._is_usable:
            return
        require_no_due_erasure(self.root)
        self._is_usable = True
        if is_local(self.root):  # a remote lake is asked before the first write
            try:
                require_known_format(self.format_version(), self.root)
            except PermissionError:
                return  # a role that may not read ops, such as an analyst, reads what else it may and writes nothing
            except BaseException:
                self._is_usable = False
                raise

    def _without_spark(self, table: Table) -> DeltaRsBackend:
        backend = self._backend(table)
        if not isinstance(backend, DeltaRsBackend):
            raise ContractError(
                "Only Spark can take this table.",
                where=table.name,
                remedy="Set lake.without_spark_bytes to 0, so that this job starts it.",
            )
        return backend

    def _in_spark(self, table: Table) -> SparkBackend:
        self._require_usable()
        return SparkBackend(lambda: self.spark, table, self.path(table))


def _app_id(table: Table, part: str) -> str:
    return f"{table.name}:{part}" if part else table.name
