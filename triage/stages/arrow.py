"""Rows to Arrow batches, bounded in rows and bytes, so that no worker holds more than it must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa
from pyspark.sql import types as t
from pyspark.sql.pandas.types import to_arrow_schema

BATCH_BYTES = 16 * 2**20


def batches(
    rows: Iterable[Mapping[str, object]], schema: t.StructType, most_rows: int = 256
) -> Iterator[pa.RecordBatch]:
    """Record batches of up to `most_rows` rows, closed early above some 16 MiB of bytes and text."""
    arrow = to_arrow_schema(schema)
    held: list[Mapping[str, object]] = []
    weight = 0
    for row in rows:
        held.append(row)
        weight += _weight(row)
        if len(held) >= most_rows or weight >= BATCH_BYTES:
            yield pa.RecordBatch.from_pylist(held, schema=arrow)
            held, weight = [], 0
    if held:
        yield pa.RecordBatch.from_pylist(held, schema=arrow)


def _weight(row: Mapping[str, object]) -> int:
    return sum(len(value) for value in row.values() if isinstance(value, (bytes, str)))
