"""The SQL of the runbook, on empty tables as they are declared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.monitoring.alerts.test_runbook import FOLDER
from triage.lake.tables import TABLES

QUERIES = [
    pytest.param(sql, id=f"{page.stem}-{number}")
    for page in sorted(FOLDER.glob("*.md"))
    for number, sql in enumerate(re.findall(r'jobs/query\.py "([^"]+)"', page.read_text("utf-8")), start=1)
]


@pytest.fixture(scope="module")
def declared(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> SparkSession:
    """Every table as a view; a dot in its name becomes two underscores, since a view has no layer."""
    for table in TABLES:
        spark.createDataFrame([], table.schema).createOrReplaceTempView(view(table.name))
    return spark


def view(name: str) -> str:
    return re.sub(r"[/.]", "__", name)


@pytest.mark.parametrize("sql", QUERIES)
def test_sql_names_known_tables_and_columns(declared: SparkSession, sql: str) -> None:
    layers = "|".join({Path(table.name).parts[0] for table in TABLES})
    own = re.sub(rf"\b({layers})\.(\w+)", r"\1__\2", sql)
    assert own != sql, "no table is named"
    assert declared.sql(own).columns
