"""The few operations that the rights jobs need of tables; what is decided about a row is a function that both take."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from pyspark.sql import types as t

from triage.lake.store import Store
from triage.lake.tables import Table

Row = dict[str, Any]
Work = Callable[[Iterable[Row]], Iterable[Row]]
"""A function of rows. Clear text exists only inside of it: it gives back keys, numbers, tokens and seals."""

Item = TypeVar("Item")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Scan:
    """Which rows of a table are read, and which of their columns.

    A row counts when one of the columns `present` has a value (any row does where none is named), each column of
    `among` holds one of its values, none of `but` holds one of its values, and each column of `before` is earlier.
    """

    table: Table
    columns: tuple[str, ...]
    present: tuple[str, ...] = ()
    among: Mapping[str, Collection[Any]] = field(default_factory=dict)
    but: Mapping[str, Collection[Any]] = field(default_factory=dict)
    before: Mapping[str, datetime] = field(default_factory=dict)


def whole(table: Table, **among: Collection[Any]) -> Scan:
    """All columns of the rows that hold one of these values in each of the named columns."""
    return Scan(table, tuple(table.column_names), among=among)


class Keys(Protocol):
    """A set of mail keys or tokens, which need not fit into the driver's memory."""

    def union(self, other: Keys) -> Keys:
        """Those of either."""

    def minus(self, other: Keys) -> Keys:
        """Those that the other has not."""

    def meets(self, other: Keys) -> bool:
        """Whether the other has one of them."""

    def values(self) -> set[str]:
        """All of them, in the driver's memory."""

    def count(self) -> int:
        """How many these are."""

    def close(self) -> None:
        """Frees what was kept of them."""


class Made(Protocol):
    """Rows that a function made; kept, so that it runs once, until `close`."""

    def rows(self, *columns: str) -> list[Row]:
        """These columns of all rows, in the driver's memory."""

    def where_not(self, flag: str) -> Made:
        """The rows whose column `flag` is false."""

    def close(self) -> None:
        """Frees the rows."""


class TokenIndex(Protocol):
    """Which tokens occur in the rows of which mails, in some of the tables."""

    def pairs(self, tokens: Collection[str]) -> Iterator[tuple[str, str]]:
        """Mail key and token, each pair once, of these tokens."""

    def mails(self, tokens: Collection[str]) -> Keys:
        """The mails in whose rows one of these tokens occurs."""

    def only_in(self, mails: Collection[str]) -> Keys:
        """The tokens that occur in rows of these mails and of no others."""

    def tokens(self) -> Keys:
        """All that occur."""


class Engine(Protocol):
    """Both implementations give the same rows and leave the same tables; rows come in no particular order."""

    @property
    def store(self) -> Store:
        """The lake's tables."""

    def rows(self, scan: Scan) -> Iterator[Row]:
        """The rows, for the driver; times in UTC."""

    def count(self, scan: Scan, but: Keys | None = None) -> int:
        """How many rows these are, without those whose `mail_key` is in `but`."""

    def counts(self, scan: Scan) -> dict[str, int]:
        """How many rows have each value of the scan's first column."""

    def through(self, scan: Scan, work: Work, schema: t.StructType) -> Made:
        """The rows through a function, on all cores; its errors are stripped of values."""

    def keys(self, values: Iterable[str], column: str = "mail_key") -> Keys:
        """Keys that the driver has."""

    def keys_of(self, scan: Scan) -> Keys:
        """The values of the scan's first column."""

    def index(self, tables: Sequence[Table]) -> TokenIndex:
        """The tokens in the rows of the mails of these tables, as they are now."""

    def pairs(self, tables: Sequence[Table], tokens: Collection[str]) -> Iterable[tuple[str, str]]:
        """Mail key and token wherever one of these occurs in the rows of the mails; without an index where it can."""

    def update(self, table: Table, rows: Made, columns: Sequence[str]) -> None:
        """Sets `columns` of the rows that `rows` has, by the table's keys, in one version."""

    def delete(self, table: Table, keys: Keys, on: str = "mail_key") -> None:
        """Removes the rows whose column `on` is among the keys, in one version."""

    def delete_rows(self, scan: Scan, but: Keys | None, on: Sequence[str]) -> None:
        """Removes the rows of a scan, without those whose `mail_key` is in `but`, in one version.

        Rows that share the values of the columns `on` must all be in the scan, or none of them.
        """

    def empty(self, scan: Scan, but: Keys | None) -> None:
        """Takes the values out of the columns `present` of the rows that `delete_rows` would remove."""

    def compact(self, table: Table) -> None:
        """Writes small files together."""

    def spread(self, items: Sequence[Item], work: Callable[[Iterable[Item]], Iterable[Found]]) -> list[Found]:
        """The items through a function, on all cores; its errors pass as they are."""
