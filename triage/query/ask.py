"""A statement from its text to its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame

from triage.cli import progress_console
from triage.config import Settings
from triage.errors import AccessDeniedError, ConfigError
from triage.lake.backends.base import BEFORE_THE_FIRST
from triage.lake.presence import require_lake_to_ask
from triage.lake.refused_looks import record_refused_look
from triage.lake.store import Store
from triage.lake.tables import Table
from triage.query.as_of import versions_at
from triage.query.engines.choice import EngineName, chosen_engine
from triage.query.engines.engine import Engine, Versions
from triage.query.language.dictionary import columns, relations
from triage.query.language.statement import Asked, DescribeTable, ShowTables, Statement, parse


@dataclass(frozen=True, slots=True)
class Question:
    """A statement's text, the values of its parameters, and what is asked of its answer.

    `limit` is of rows (0: all), `moment` is the time whose lake is asked (None: now).
    """

    sql: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    limit: int = 0
    moment: datetime | None = None
    engine: EngineName = "auto"


Watch = Callable[[Engine], None]
"""Is told which engine goes to work."""


def ask(store: Store, settings: Settings, question: Question, watch: Watch = lambda _: None) -> pa.RecordBatchReader:
    """The rows of a reading statement, which are read as they are needed.

    Raises ConfigError for one that does not work, and AccessDeniedError, which is recorded, for one over the vault.
    """
    match asked := _asked(store, question):
        case ShowTables(zone):
            return relations(zone).to_reader()
        case DescribeTable(relation):
            return columns(relation).to_reader()
        case Statement():
            return _rows(store, settings, asked, question, watch)


def frame(store: Store, question: Question) -> DataFrame:
    """The rows of a reading statement as a DataFrame of Spark, which reads them when it is asked to.

    Raises as `ask` does, and ConfigError for SHOW, DESCRIBE and EXPLAIN, which read no rows.
    """
    from triage.query.engines.spark_engine import SparkEngine

    asked = _asked(store, question)
    if not isinstance(asked, Statement) or asked.explain:
        raise ConfigError("This statement reads no rows.", where="sql", remedy="Start with SELECT or WITH.")
    if asked.tables:
        require_lake_to_ask(store)
    limited = asked.limited(question.limit)
    return SparkEngine(store).frame(limited, _versions(store, asked, question))


def _asked(store: Store, question: Question) -> Asked:
    try:
        return parse(question.sql, question.parameters)
    except AccessDeniedError:
        record_refused_look(store, "query", "refused")
        raise


def _versions(store: Store, statement: Statement, question: Question) -> Versions:
    """Those of the moment; a word says so where none of the tables was there yet, since then nothing is counted."""
    if question.moment is None:
        return {}
    found = versions_at(store, statement.tables, question.moment)
    if found and set(found.values()) == {BEFORE_THE_FIRST}:
        names = ", ".join(one.view for one in statement.tables)
        progress_console.print(f"There was no row yet at that time: {names} had not been written.", highlight=False)
    return found


def _rows(
    store: Store, settings: Settings, statement: Statement, question: Question, watch: Watch
) -> pa.RecordBatchReader:
    if statement.tables:
        require_lake_to_ask(store)
    try:
        engine = chosen_engine(store, settings, statement, question.engine)
        versions = _versions(store, statement, question)
        watch(engine)
        return engine.rows(statement, versions, question.limit)
    except PermissionError:
        closed = ", ".join(one.view for one in statement.tables if _is_closed(store, one)) or "A table of the statement"
        raise AccessDeniedError(
            f"{closed} may not be read; a view needs all tables that it is made of.",
            where="sql",
            remedy="Start as a user who may: docs/tables.md says which role reads a table.",
        ) from None


def _is_closed(store: Store, table: Table) -> bool:
    """Whether the table's folder may not be read by this user."""
    try:
        store.exists(table)
    except PermissionError:
        return True
    return False
