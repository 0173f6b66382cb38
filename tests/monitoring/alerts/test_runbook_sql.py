"""The SQL of the runbook, on empty tables as they are declared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.monitoring.alerts.test_runbook import FOLDER
from triage.lake.store import Store
from triage.query.engines.duckdb_engine import DuckDbEngine
from triage.query.language.statement import Statement, parse

QUERIES = [
    pytest.param(sql.replace("\\`", "`"), id=f"{page.stem}-{number}")
    for page in sorted(FOLDER.glob("*.md"))
    for number, sql in enumerate(re.findall(r'jobs/query\.py "([^"]+)"', page.read_text("utf-8")), start=1)
]


@pytest.mark.parametrize("sql", QUERIES)
def test_sql_names_known_tables_columns_and_functions(tmp_path: Path, sql: str) -> None:
    statement = parse(sql)
    assert isinstance(statement, Statement)
    assert statement.tables
    assert statement.only_in_spark == ()
    empty = Store(_no_spark, str(tmp_path / "lake"))
    assert DuckDbEngine(empty).rows(statement, {}, 0).read_all().num_rows == 0


def _no_spark() -> SparkSession:
    raise AssertionError("DuckDB answers without Spark")
