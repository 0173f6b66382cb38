"""Statements by Spark: lakes on remote storage, large ones, and tables with features that delta-rs does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from pyspark.errors import AnalysisException, ParseException, PySparkException
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import types as t
from pyspark.sql.pandas.types import to_arrow_schema

from triage.errors import ConfigError
from triage.lake.store import Store
from triage.query.engines.engine import Versions
from triage.query.engines.faults import does_not_work, fails_on_a_row, unknown_name
from triage.query.language.statement import Statement, require_declared

_WRITING = re.compile(
    r"\b(?:Insert|Delete|Update|Merge|Create|Drop|Alter|Truncate|Replace|Load|Set|Add)\w*(?:Statement|Table|Into|Command|AsSelect|Namespace|View)\b|InsertInto|MergeInto"
)
_ROWS_OF_A_BATCH = 1_000
_MADE_NAMES = "WithUnresolvedIdentifier"
"""How Spark calls a name that is made while it looks at a statement."""


class SparkEngine:
    """Any lake."""

    name = "spark"

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self, statement: Statement, versions: Versions, limit: int) -> pa.RecordBatchReader:
        rows = self.frame(statement, versions)
        schema = to_arrow_schema(rows.schema)
        return pa.RecordBatchReader.from_batches(schema, _read(rows, limit, schema))

    def frame(self, statement: Statement, versions: Versions) -> DataFrame:
        """The rows as Spark's own. Raises ConfigError where the statement does not work."""
        text = statement.for_spark()
        require_declared(text)
        self._store.register_views(statement.tables, versions)
        try:
            _require_reading(self._store.spark, text)
            return self._store.spark.sql(f"EXPLAIN {text}" if statement.explain else text)
        except (AnalysisException, ParseException) as fault:
            raise unknown_name(str(fault), statement) or does_not_work(str(fault)) from None

    def progress(self) -> float | None:
        """Spark's stages come one after the other, so no share of all is known."""
        return None


def _require_reading(spark: SparkSession, sql: str) -> None:
    """Spark runs writes behind WITH and FROM at once; its own parser is asked, too, since it is what would run them."""
    session: Any = spark._jsparkSession
    plan = str(session.sessionState().sqlParser().parsePlan(sql).toString())
    if _WRITING.search(plan):
        raise ConfigError("Only reading statements run here.", where="sql", remedy="Start with SELECT or WITH.")
    if _MADE_NAMES in plan:
        raise ConfigError("A statement reads tables of the lake only.", where="sql", remedy="Name them zone.table.")


def _read(rows: DataFrame, limit: int, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    try:
        found = (rows.limit(limit) if limit else rows).toLocalIterator()
        while chunk := list(islice(found, _ROWS_OF_A_BATCH)):
            yield _batch(chunk, rows.schema, schema)
    except PySparkException as fault:
        raise fails_on_a_row(type(fault).__name__) from None


def _batch(rows: list[Row], schema: t.StructType, arrow: pa.Schema) -> pa.RecordBatch:
    columns = [
        pa.array([_plain(row[number], field.dataType) for row in rows], arrow.field(number).type)
        for number, field in enumerate(schema.fields)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=arrow)


def _plain(value: Any, kind: t.DataType) -> Any:
    """A value of Spark's in the form that Arrow takes."""
    match kind:
        case _ if value is None:
            return None
        case t.TimestampType():
            assert isinstance(value, datetime)
            return value.astimezone()  # Spark gives the time of this machine's zone
        case t.ArrayType():
            return [_plain(one, kind.elementType) for one in value]
        case t.MapType():
            return [(_plain(key, kind.keyType), _plain(one, kind.valueType)) for key, one in value.items()]
        case t.StructType():
            return {f.name: _plain(value[number], f.dataType) for number, f in enumerate(kind.fields)}
    return value
