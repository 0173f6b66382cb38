"""Rows to Arrow batches, bounded in rows and bytes, so that no worker holds more than it must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, TypeVar

import pyarrow as pa
from pyspark.sql import types as t
from pyspark.sql.pandas.types import to_arrow_schema

from triage.errors import ContractError, TriageError

BATCH_BYTES = 16 * 2**20
Row = TypeVar("Row", bound=Mapping[str, Any])
Made = TypeVar("Made")


def batches(
    rows: Iterable[Mapping[str, object]], schema: t.StructType, most_rows: int = 256
) -> Iterator[pa.RecordBatch]:
    """Record batches of up to `most_rows` rows, closed early above some 16 MiB of bytes and text."""
    arrow = to_arrow_schema(schema)
    for rows_of_batch in chunks(rows, most_rows):
        yield pa.RecordBatch.from_pylist(rows_of_batch, schema=arrow)


def chunks(rows: Iterable[Row], most_rows: int = 64) -> Iterator[list[Row]]:
    """Rows in lists of up to `most_rows`, closed early above some 16 MiB of bytes and text."""
    held: list[Row] = []
    weight = 0
    for row in rows:
        held.append(row)
        weight += _weight(row)
        if len(held) >= most_rows or weight >= BATCH_BYTES:
            yield held
            held, weight = [], 0
    if held:
        yield held


def by_thread(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows that come sorted by `thread_key`, a list a thread; a long one is cut, always at the same rows."""
    for _, thread in groupby(rows, lambda row: row["thread_key"]):
        yield from chunks(thread)


def pack(groups: Iterable[list[Row]], most_rows: int = 64) -> Iterator[list[Row]]:
    """Groups packed into lists of up to `most_rows` rows or some 16 MiB, none of them split."""
    held: list[Row] = []
    weight = 0
    for group in groups:
        more = sum(map(_weight, group))
        if held and (len(held) + len(group) > most_rows or weight + more > BATCH_BYTES):
            yield held
            held, weight = [], 0
        held, weight = held + group, weight + more
    if held:
        yield held


def redact_errors(made: Iterator[Made]) -> Iterator[Made]:
    """The same batches or rows, but an error on the way is replaced by one that names its type only.

    The error's text, which Spark would log, may hold values. Errors of this project hold none and pass as they are.
    """
    try:
        yield from made
    except TriageError:
        raise
    except Exception as fault:  # noqa: BLE001 - the boundary of a worker
        raise ContractError(
            f"A worker failed with {type(fault).__name__}.", remedy="Start again; report it if it returns."
        ) from None


def _weight(row: Mapping[str, object]) -> int:
    return sum(len(value) for value in row.values() if isinstance(value, (bytes, str)))
