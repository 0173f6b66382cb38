"""What an engine of statements does, and how many rows of its answer are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

import pyarrow as pa

from triage.lake.tables import Table
from triage.query.language.statement import Statement

Versions = Mapping[Table, int]
"""The version of each table that is read as it was earlier; all others are read as they are."""


class Engine(Protocol):
    """Answers statements; both engines give the same rows."""

    name: str

    def rows(self, statement: Statement, versions: Versions, limit: int) -> pa.RecordBatchReader:
        """The rows, at most `limit` (0: all), read as they are needed; times are in UTC.

        Raises ConfigError where the statement does not work, PermissionError where a table may not be read.
        """

    def progress(self) -> float | None:
        """Share of the present statement's work that is done, from 0 to 1; None where it is not known."""


def cut(batches: Iterable[pa.RecordBatch], limit: int) -> Iterator[pa.RecordBatch]:
    """The first rows of batches; 0: all."""
    left = limit
    for batch in batches:
        if limit and batch.num_rows >= left:
            yield batch.slice(0, left)
            return
        left -= batch.num_rows
        yield batch
