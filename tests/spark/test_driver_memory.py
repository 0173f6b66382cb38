"""What the driver holds of finished work, in the session that all tests share."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import pytest
from py4j.finalizer import ThreadSafeFinalizer
from pyspark.sql import SparkSession

from triage.spark.driver_memory import FINISHED_KEPT, release_unused

_QUERIES = FINISHED_KEPT + 6
_CLEANING_SECONDS = 20.0
"""Spark removes old records in a thread of its own."""


def _jobs(spark: SparkSession) -> int:
    return int(spark.sparkContext._jsc.sc().statusStore().jobsList(None).size())


def _stages(spark: SparkSession) -> int:
    store = spark.sparkContext._jsc.sc().statusStore().store()
    return int(store.count(store.getClass().getClassLoader().loadClass("org.apache.spark.status.StageDataWrapper")))


def _queries(spark: SparkSession) -> int:
    return int(spark._jsparkSession.sharedState().statusStore().executionsCount())


KEPT: Mapping[str, Callable[[SparkSession], int]] = {"jobs": _jobs, "stages": _stages, "SQL queries": _queries}


@pytest.mark.slow
def test_records_of_finished_work_are_bounded(spark: SparkSession) -> None:
    """Of each kind more is done than is kept; some of what is newest is there."""
    begun = _last_job(spark)
    for _ in range(_QUERIES):
        spark.range(0, 1, 1, numPartitions=1).collect()
    spark.sparkContext._jsc.sc().listenerBus().waitUntilEmpty()
    assert _last_job(spark) - begun >= _QUERIES > FINISHED_KEPT
    end = monotonic() + _CLEANING_SECONDS
    while (kept := _counts(spark)) and max(kept.values()) > FINISHED_KEPT and monotonic() < end:
        sleep(0.1)
    assert all(0 < count <= FINISHED_KEPT for count in kept.values()), kept


def _counts(spark: SparkSession) -> dict[str, int]:
    return {kind: count(spark) for kind, count in KEPT.items()}


def _last_job(spark: SparkSession) -> int:
    """The number of the newest job of which there is a record; -1 before the first."""
    jobs: Any = spark.sparkContext._jsc.sc().statusStore().jobsList(None)
    return max((int(jobs.apply(index).jobId()) for index in range(jobs.size())), default=-1)


@contextmanager
def _collector_asleep() -> Iterator[None]:
    """As in a process with much loaded, where Python's full collection is rare."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def test_queries_that_python_left_behind_are_released(spark: SparkSession) -> None:
    """Java objects that Python holds, by Py4J's own list of finalizers."""
    with _collector_asleep():
        before = len(ThreadSafeFinalizer.finalizers)
        for number in range(20):
            assert spark.range(3).where(f"id < {number}").columns == ["id"]
        left = len(ThreadSafeFinalizer.finalizers) - before
        release_unused()
        assert left >= 20
        assert len(ThreadSafeFinalizer.finalizers) <= before
