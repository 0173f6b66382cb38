"""The rows of a statement, which are read when somebody asks for them, in the form that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from triage.api.rows.shown import as_html, as_text
from triage.api.rows.source import Source
from triage.errors import ConfigError
from triage.query.language.literals import Parameters

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    from pyspark.sql import DataFrame

SHOWN = 10
"""Rows that are shown where nobody said how many."""


class Answer:
    """Rows that are read anew each time they are asked for; nothing is read before that.

    Iterating gives a dict a row, and `print` and notebooks show the first rows. Columns have the types of the lake:
    times are in UTC, a map is a dict, a list a list. Whatever asks for rows raises ConfigError where the statement does
    not work, and AccessDeniedError where it asks for the vault.
    """

    def __init__(self, source: Source, sql: str, parameters: Parameters, most: int = 0) -> None:
        """`most` rows are read, 0 for all."""
        self._source = source
        self._sql = sql
        self._values = parameters
        self._most = most

    @property
    def statement(self) -> str:
        """The SQL, with parameters by name."""
        return self._sql

    @property
    def meanings(self) -> Mapping[str, str]:
        """What the columns mean, where the lake declares it; of a statement of one's own, nothing."""
        return {}

    def limit(self, rows: int) -> Answer:
        """At most so many rows, the first of the statement's order. Raises ConfigError for fewer than one."""
        most = at_least_one(rows)
        return Answer(self._source, self._sql, self._values, min(most, self._most or most))

    def count(self) -> int:
        """How many rows there are."""
        counted = f"SELECT count(*) AS number FROM ({self._sql}) AS answer"  # noqa: S608 - it is parsed
        found = int(self._source.read(counted, self._values).read_all()["number"][0].as_py())
        return min(found, self._most) if self._most else found

    def to_arrow(self) -> pa.Table:
        """All rows as a table of Arrow, in memory."""
        return self._reader().read_all()

    def to_pandas(self) -> pd.DataFrame:
        """All rows as a DataFrame of pandas, in memory; times know that they are in UTC."""
        frame: pd.DataFrame = self.to_arrow().to_pandas(maps_as_pydicts="strict")
        return frame

    def to_polars(self) -> pl.DataFrame:
        """All rows as a DataFrame of polars, in memory; a map is a list of structs of `key` and `value`."""
        import polars as pl

        frame = pl.from_arrow(self.to_arrow())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def spark(self) -> DataFrame:
        """The rows as a DataFrame of Spark, which is started on first use (half a minute) and reads them when asked."""
        return self._source.frame(self._sql, self._values, self._most)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for batch in self._reader():
            yield from batch.to_pylist(maps_as_pydicts="strict")

    def __repr__(self) -> str:
        return as_text(self._first(), SHOWN)

    def _repr_html_(self) -> str:
        return as_html(self._first(), SHOWN, self.meanings)

    def _first(self) -> pa.Table:
        """What is shown, and one row more where there are more."""
        most = min(SHOWN + 1, self._most or SHOWN + 1)
        return self._source.read(self._sql, self._values, most).read_all()

    def _reader(self) -> pa.RecordBatchReader:
        return self._source.read(self._sql, self._values, self._most)


def at_least_one(rows: int) -> int:
    """The number of rows. Raises ConfigError for fewer than one."""
    if rows < 1:
        raise ConfigError("A limit is of one row or more.", where="limit", remedy="Leave it out for all rows.")
    return rows
