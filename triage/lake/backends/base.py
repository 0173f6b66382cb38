"""What a table can be asked for by the driver, whichever library answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

from pyspark.sql import DataFrame

APPEND_ONLY = "delta.appendOnly"
"""Property of tables that nobody may change; an erasure suspends it."""

BEFORE_THE_FIRST = -1
"""In the place of a version: none, since the table did not exist yet."""

Among = Mapping[str, Collection[Any]]
"""Column to values: a row counts when it holds one of the values in each of the columns."""


class TableBackend(Protocol):
    """One declared table, with the declared columns.

    Both back ends leave the same table and see each other's writes.
    """

    def exists(self) -> bool:
        """Whether the table has a first version; a log folder that a killed first write left is none."""

    def has_other_columns(self) -> bool:
        """Whether columns were declared since the table was made, or are not declared any more."""

    def last_version(self, app_id: str) -> int | None:
        """The highest version of an application's Delta transactions, None before the first."""

    def rows(self, columns: Sequence[str], among: Among) -> Iterator[dict[str, Any]]:
        """The named columns of the rows that hold one of the given values in each column of `among`; times in UTC."""

    def count(self, among: Among) -> int:
        """How many rows `rows` would give."""

    def known(self, key: str, wanted: DataFrame, before_batch: int) -> DataFrame:
        """One column `key`: its values in `wanted` that batches before `before_batch` wrote to the table."""

    def append(self, rows: Sequence[Mapping[str, Any]], app_id: str = "", version: int = 0) -> None:
        """Adds rows in one commit; nothing where the log has that transaction version, or a later one.

        Without an `app_id` the rows are added at every call.
        """

    def add_declared_columns(self) -> None:
        """Adds the columns that were declared since the table was made, null in all rows."""

    def restore_properties(self) -> None:
        """Sets the declared properties that are not in force: an overwrite suspends some, and may have been killed."""

    def replace(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Puts these rows, few enough for the driver, in the place of all rows, in one version."""

    def files(self) -> list[str]:
        """The data files of the present version."""
