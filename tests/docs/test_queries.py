"""Every query of README and docs over a lake, by both engines: its columns, and its rows beside what delta-rs reads."""

from __future__ import annotations

import re
from collections import Counter

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from tests.docs.examples import queries
from tests.lakes import Lake
from triage.config import load_settings
from triage.lake.store import Store
from triage.monitoring.registry import METRICS
from triage.query.ask import Question, ask
from triage.query.engines.choice import EngineName

pytestmark = [pytest.mark.slow, pytest.mark.core]

_METRIC = re.compile(r"(?:metric|measure) (?:LIKE|=) '([\w.]+)%?'")
_FROM = re.compile(r"FROM (\w+)\.(\w+)")


def answer(spark: SparkSession, lake: Lake, sql: str, engine: EngineName = "duckdb") -> pa.Table:
    settings = load_settings(overrides=[f"lake.root={lake.root}"])
    return ask(Store(spark, str(lake.root)), settings, Question(sql, engine=engine)).read_all()


def in_any_order(table: pa.Table) -> list[str]:
    return sorted(repr(row) for row in table.to_pylist(maps_as_pydicts="strict"))


@pytest.mark.exhaustive(sample=15)
@pytest.mark.parametrize("sql", queries())
def test_a_query_has_the_columns_that_it_names_and_the_same_rows_by_both_engines(
    spark: SparkSession, trained: Lake, sql: str
) -> None:
    found, by_spark = answer(spark, trained, sql), answer(spark, trained, sql, "spark")
    named = re.match(r"SELECT (.*?) FROM", sql)
    assert named is not None
    wanted = [re.split(r" AS |\.", one)[-1].strip(" `") for one in _parted(named[1])]
    assert wanted in (["*"], found.schema.names)
    assert found.schema.names == by_spark.schema.names
    if "LIMIT" not in sql:  # which rows of equal ones come first is chance
        assert in_any_order(found) == in_any_order(by_spark)
    assert found.num_rows == by_spark.num_rows


def _parted(columns: str) -> list[str]:
    return re.split(r",\s*(?![^(]*\))", columns)


@pytest.mark.parametrize("sql", [sql for sql in queries() if _METRIC.search(sql)])
def test_a_query_asks_for_a_metric_that_there_is(sql: str) -> None:
    own = {"tagger_fallback"}  # the stage anonymize counts it, no metric does
    [name] = _METRIC.findall(sql)
    assert name in own or any(metric.name.startswith(name) or metric.covers(name) for metric in METRICS)


def test_queues_are_counted(spark: SparkSession, trained: Lake) -> None:
    [sql] = [sql for sql in queries() if "queue, count(*)" in sql and "GROUP BY queue" in sql and "ORDER" not in sql]
    counted = {row["queue"]: row["mails"] for row in answer(spark, trained, sql).to_pylist()}
    assert counted == Counter(row["queue"] for row in trained.rows("gold/routes"))


def test_reasons_are_counted(spark: SparkSession, trained: Lake) -> None:
    reasons = Counter(reason for row in trained.rows("quarantine/mail") for reason in row["reasons"])
    found = [sql for sql in queries() if "explode(reasons)" in sql]
    assert found
    for sql in found:
        assert {row["reason"]: row["mails"] for row in answer(spark, trained, sql).to_pylist()} == reasons


def test_volumes_are_those_of_the_run(spark: SparkSession, trained: Lake) -> None:
    [sql] = {sql for sql in queries() if "measure LIKE 'volume%'" in sql}
    [run] = trained.rows("metrics/runs")
    [found] = [row["value"] for row in answer(spark, trained, sql).to_pylist() if row["by"] == "run"]
    assert found == run["messages_new"]
