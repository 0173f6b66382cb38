"""How tables join: the declared joins seen from both sides, each with its condition in SQL and what it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pyspark.sql import types as t

from triage.lake.tables import TABLES, Join, Table

_WORDS_OF_SQL = frozenset({"by"})
"""Names of columns that stand in backquotes in a statement."""

_BY_VIEW: Mapping[str, Table] = MappingProxyType({table.view: table for table in TABLES})


@dataclass(frozen=True, slots=True)
class SeenJoin:
    """A join as one of its tables sees it."""

    table: Table
    other: Table
    pairs: tuple[tuple[str, str], ...]
    """A column of `table` with one of `other`."""

    @property
    def finds_one(self) -> bool:
        """Whether at most one row of `other` belongs to a row of `table`, since its keys are among the columns."""
        one_each = {theirs for mine, theirs in self.pairs if not _is_list(self.table, mine)}
        return not any(_is_list(self.other, theirs) for _, theirs in self.pairs) and set(self.other.keys) <= one_each

    @property
    def finds(self) -> str:
        """What belongs to a row of `table`, in words: at most one row, or any number."""
        return "one row" if self.finds_one else "rows"

    @property
    def same_names(self) -> tuple[str, ...]:
        """The columns, where they have the same names in both; else empty."""
        columns = tuple(mine for mine, _ in self.pairs)
        return columns if columns == tuple(theirs for _, theirs in self.pairs) else ()

    @property
    def condition(self) -> str:
        """What follows JOIN in SQL."""
        if self.same_names:
            return f"USING ({', '.join(map(_quoted, self.same_names))})"
        return "ON " + " AND ".join(self._equal(*pair) for pair in self.pairs)

    def _equal(self, mine: str, theirs: str) -> str:
        here, there = f"{self.table.view}.{_quoted(mine)}", f"{self.other.view}.{_quoted(theirs)}"
        if _is_list(self.table, mine):
            return f"array_contains({here}, {there})"
        return f"array_contains({there}, {here})" if _is_list(self.other, theirs) else f"{here} = {there}"


def joins_of(table: Table) -> Iterator[SeenJoin]:
    """All joins of a table, whichever side declares them, in the order of the dictionary."""
    seen = [one for other in TABLES for join in other.joins for one in _both_sides(other, join)]
    mine = [one for one in seen if one.table is table]
    yield from sorted(mine, key=lambda one: TABLES.index(one.other))


def _both_sides(table: Table, join: Join) -> tuple[SeenJoin, SeenJoin]:
    other = _BY_VIEW[join.other]
    turned = tuple((theirs, mine) for mine, theirs in join.pairs)
    return SeenJoin(table, other, join.pairs), SeenJoin(other, table, turned)


def _quoted(column: str) -> str:
    return f"`{column}`" if column in _WORDS_OF_SQL else column


def _is_list(table: Table, column: str) -> bool:
    return any(one.name == column and isinstance(one.type, t.ArrayType) for one in table.columns)
