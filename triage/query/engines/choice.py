"""Which engine answers a statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from triage.cli import progress_console
from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.store import Store
from triage.paths import is_local
from triage.query.engines.duckdb_engine import DuckDbEngine
from triage.query.engines.engine import Engine
from triage.query.language.statement import Statement

EngineName = Literal["auto", "duckdb", "spark"]


def chosen_engine(store: Store, settings: Settings, statement: Statement, wanted: EngineName) -> Engine:
    """DuckDB where it can answer the statement, else Spark, which is started with the first rows.

    Raises ConfigError where DuckDB is `wanted` and cannot.
    """
    obstacle = "" if wanted == "spark" else _obstacle(store, settings, statement)
    if wanted == "duckdb" and obstacle:
        raise ConfigError(f"DuckDB does not take this: {obstacle}.", where="--engine", remedy="Use --engine spark.")
    if obstacle:
        progress_console.print(f"Spark answers, which takes half a minute to start: {obstacle}.", highlight=False)
    return ENGINES["spark" if wanted == "spark" or obstacle else "duckdb"](store)


def _obstacle(store: Store, settings: Settings, statement: Statement) -> str:
    """Why DuckDB cannot answer, empty where it can."""
    tables = statement.tables
    if statement.only_in_spark:
        return f"docs/sql.md does not have {', '.join(statement.only_in_spark)}"
    if not is_local(store.root):
        return "the lake is not in a folder of this machine"
    if not store.works_without_spark(tables):
        return "a table has newer features of Delta, or its path has characters that delta-rs does not take"
    found = filter(None, (store.snapshot(table) for table in tables))
    if sum(sum(one.files.values()) for one in found) > settings.lake.duckdb_bytes:
        return "the tables are larger than lake.duckdb_bytes"
    return ""


def _spark(store: Store) -> Engine:
    from triage.query.engines.spark_engine import SparkEngine

    return SparkEngine(store)


ENGINES: Mapping[str, Callable[[Store], Engine]] = MappingProxyType({"duckdb": DuckDbEngine, "spark": _spark})
"""By name."""
