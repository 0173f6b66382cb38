"""A statement from its text to its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from triage.config import Settings
from triage.errors import AccessDeniedError
from triage.lake.presence import require_lake
from triage.lake.refused_looks import record_refused_look
from triage.lake.store import Store
from triage.query.as_of import versions_at
from triage.query.engines.choice import EngineName, chosen_engine
from triage.query.engines.engine import Engine
from triage.query.language.dictionary import columns, relations
from triage.query.language.statement import DescribeTable, ShowTables, Statement, parse


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
    try:
        asked = parse(question.sql, question.parameters)
    except AccessDeniedError:
        record_refused_look(store, "query", "refused")
        raise
    match asked:
        case ShowTables(zone):
            return relations(zone).to_reader()
        case DescribeTable(relation):
            return columns(relation).to_reader()
        case Statement():
            return _rows(store, settings, asked, question, watch)


def _rows(
    store: Store, settings: Settings, statement: Statement, question: Question, watch: Watch
) -> pa.RecordBatchReader:
    if statement.tables:
        require_lake(store)
    engine = chosen_engine(store, settings, statement, question.engine)
    versions = versions_at(store, statement.tables, question.moment) if question.moment else {}
    watch(engine)
    try:
        return engine.rows(statement, versions, question.limit)
    except PermissionError:
        raise AccessDeniedError(
            "A table of the statement may not be read.", where="sql", remedy="Start as a user who may."
        ) from None
