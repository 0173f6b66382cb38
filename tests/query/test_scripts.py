"""The scripts give DuckDB's own program and Spark the rows that jobs/query.py gives."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from tests.query.conftest import Asking, no_spark
from triage.lake.store import Store
from triage.lake.tables import TABLES
from triage.lake.views import VIEWS
from triage.query.scripts import script

NAMES = [one for one in ([t.view for t in TABLES] + [v.view for v in VIEWS]) if not one.startswith("vault.")]
FROM_FILES = "CREATE MACRO delta_scan(folder) AS TABLE SELECT * FROM read_parquet(folder || '/*.parquet')"
"""Stands for the extension, which a test does not fetch: no file of this lake was ever removed from a table."""


def test_duckdb_reads_every_table_and_view(root: str, by_duckdb: Asking) -> None:
    connection = duckdb.connect()
    connection.execute(FROM_FILES)
    for line in script(Store(no_spark, root), "duckdb"):
        if line.split()[0] not in ("INSTALL", "LOAD"):
            connection.execute(line)
    for name in NAMES:
        found = connection.sql(f"SELECT * FROM {name}").to_arrow_table()
        wanted = by_duckdb(f"SELECT * FROM {name}")
        assert found.schema.names == wanted.schema.names
        assert sorted(map(repr, found.cast(wanted.schema).to_pylist())) == sorted(map(repr, wanted.to_pylist())), name


def test_spark_reads_them_too(root: str, by_duckdb: Asking, spark: SparkSession, tmp_path: Path) -> None:
    _forget(spark)  # what other tests made known under these names
    for line in script(Store(no_spark, root), "spark"):
        if not line.startswith(("--", "SET")):
            spark.sql(line.rstrip(";"))
    try:
        for name in ("gold.routes", "gold.status", "gold.labelled", "gold.abstained"):
            assert spark.table(name).count() == by_duckdb(f"SELECT * FROM {name}").num_rows
    finally:
        _forget(spark)


def _forget(spark: SparkSession) -> None:
    for name in NAMES:
        for kind in ("VIEW", "TABLE"):
            with suppress(AnalysisException):  # it is of the other kind
                spark.sql(f"DROP {kind} IF EXISTS {name}")


@pytest.mark.parametrize("program", ["duckdb", "spark"])
def test_the_vault_is_no_part(root: str, program: str) -> None:
    assert "vault" not in "\n".join(script(Store(no_spark, root), program))
