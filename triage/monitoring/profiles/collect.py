"""The profile of a run's mails, in one Spark job: a partial profile of each partition, merged on the driver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as t

from triage.monitoring.profiles.observations import micros_of
from triage.monitoring.profiles.profile import Profile, Slice, merged_profiles
from triage.spark.arrow import batches, redact_errors

ROWS_TOGETHER = 200_000
"""Rows that a worker holds at once: some 150 MB, most of it terms."""

_SCHEMA = t.StructType(
    [
        t.StructField("by", t.StringType()),
        t.StructField("slice", t.StringType()),
        t.StructField("packed", t.BinaryType()),
    ]
)

_Batches = Iterable[pa.RecordBatch]


def profile_of(observations: DataFrame, at: datetime) -> Profile:
    """The profile of all rows of `observations` (triage.monitoring.profiles.observations).

    `at` is the time of routing (aware), from which waiting times count. Of terms it holds those that are stored of
    it, so that what is compared now can be compared again. There are as many partial profiles as cores, so that merging
    them does not grow with the mails.
    """
    cores = observations.sparkSession.sparkContext.defaultParallelism
    rows = observations.coalesce(cores).mapInArrow(_worker(micros_of(at)), _SCHEMA).collect()
    parts = (Profile({(row["by"], row["slice"]): Slice.decode(bytes(row["packed"]))}) for row in rows)
    return merged_profiles(parts).pruned()


def _worker(at: int) -> Callable[[_Batches], _Batches]:
    def work(given: _Batches) -> Iterator[pa.RecordBatch]:
        yield from redact_errors(_packed(given, at))

    return work


def _packed(given: _Batches, at: int) -> Iterator[pa.RecordBatch]:
    from triage.monitoring.profiles.partial import partial_profile  # with pyarrow's kernels, which only workers need

    total = merged_profiles(partial_profile(table, at) for table in _tables(given))
    rows = ({"by": by, "slice": value, "packed": part.pack()} for (by, value), part in total.slices.items())
    yield from batches(rows, _SCHEMA)


def _tables(given: _Batches) -> Iterator[pa.Table]:
    """Record batches put together to some ROWS_TOGETHER rows."""
    held: list[pa.RecordBatch] = []
    for batch in given:
        held.append(batch)
        if sum(one.num_rows for one in held) >= ROWS_TOGETHER:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)
