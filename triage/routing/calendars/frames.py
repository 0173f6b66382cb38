"""Due times by calendars in Spark: a batch of rows at a time, by binary search over the hours of work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, cast

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as t

from triage.routing.calendars.calendar import Calendar
from triage.routing.calendars.due import NEVER, due_micros
from triage.routing.calendars.openings import Micros

ON_THE_CLOCK = -1
"""In place of a calendar's number."""

INPUTS = ("received_us", "wait_us", "calendar")
"""Columns that `with_due_times` takes away: the receipt, the time to answer, both in microseconds, and the number of
the calendar."""


def with_due_times(rows: DataFrame, calendars: Sequence[Calendar]) -> DataFrame:
    """Sets `due_us` where `calendar` is the number of one; null where nothing is due. All other columns stay."""
    schema = t.StructType([field for field in rows.schema.fields if field.name not in INPUTS])
    return rows.mapInArrow(_filler(tuple(calendars), schema.names), schema)


def _filler(
    calendars: Sequence[Calendar], names: Sequence[str]
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    return partial(_fill, calendars=calendars, names=names)


def _fill(
    batches: Iterable[pa.RecordBatch], calendars: Sequence[Calendar], names: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        due = _due(batch, calendars)
        columns = [due if name == "due_us" else batch.column(name) for name in names]
        yield pa.RecordBatch.from_arrays(columns, names=list(names))


def _due(batch: pa.RecordBatch, calendars: Sequence[Calendar]) -> pa.Array[Any]:
    received, chosen = (batch.column(name).to_numpy(zero_copy_only=False) for name in ("received_us", "calendar"))
    wait = _numbers(batch.column("wait_us"), -1)
    due = _numbers(batch.column("due_us"), NEVER).copy()
    for number, calendar in enumerate(calendars):
        own = (chosen == number) & (wait >= 0)
        due[own] = due_micros(calendar, received[own], wait[own])
    return pa.array(due, pa.int64(), mask=np.asarray(due == NEVER))


def _numbers(column: pa.Array[Any], missing: int) -> Micros:
    filled = column.fill_null(missing)
    return cast("Micros", filled.to_numpy(zero_copy_only=False))
