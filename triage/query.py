"""SQL over the lake, for people: read only, tables by zone and name, faults in plain words."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable
from typing import Any

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import DataFrame, SparkSession
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from triage.errors import AccessDeniedError, ConfigError
from triage.lake.refused_looks import record_refused_look
from triage.lake.store import Store
from triage.lake.tables import LEDGER, TABLES
from triage.spreadsheets import escape_formula

_READING = re.compile(r"\s*(?:--[^\n]*\n\s*)*\(*\s*(?:select|with|show|describe|explain|values|from)\b", re.IGNORECASE)
_WRITING = re.compile(
    r"\b(?:Insert|Delete|Update|Merge|Create|Drop|Alter|Truncate|Replace|Load|Set|Add)\w*(?:Statement|Table|Into|Command|AsSelect|Namespace|View)\b|InsertInto|MergeInto"
)
_VAULT = re.compile(
    r"Unresolved\w*(?:Relation|Table|View|Namespace)\w* \[(?:spark_catalog, )?(?:vault\b|[^\]]*/vault/)", re.IGNORECASE
)
"""A table of the vault by its name, or one of its files by its path."""

_NAMES = "spark.sql.debug.maxToStringFields"


def query(store: Store, sql: str, limit: int) -> DataFrame:
    """The rows of a reading statement, at most `limit` (0: all). Raises ConfigError for what SQL cannot do here."""
    if not _READING.match(sql):
        raise ConfigError("Only reading statements run here.", where="sql", remedy="Start with SELECT or WITH.")
    _validate_reading(store, sql)
    known = TABLES if store.exists(LEDGER) else [table for table in TABLES if store.exists(table)]
    store.register_views([table for table in known if table.view in sql.lower() or "show" in sql.lower()])
    try:
        rows = store.spark.sql(sql)
    except (AnalysisException, ParseException) as fault:
        names = ", ".join(table.view for table in known) or "none yet: run jobs/nightly.py first"
        raise ConfigError(
            f"The statement does not work: {_first_line(fault)}",
            where="sql",
            remedy=f"The tables are: {names}.",
        ) from None
    return rows.limit(limit) if limit else rows


def _validate_reading(store: Store, sql: str) -> None:
    """Raises ConfigError for a statement that writes, AccessDeniedError, which is recorded, for one over the vault.

    Spark runs writes behind WITH and FROM at once, so the parsed plan must be looked at.
    """
    try:
        plan = _parsed(store.spark, sql)
    except ParseException:
        return  # the caller raises it, with the tables that there are
    if _VAULT.search(plan):
        record_refused_look(store, "query", "refused")
        raise AccessDeniedError(
            "The vault is not read by SQL.",
            where="sql",
            remedy="What a token stands for, jobs/reveal.py shows; a person's mails, jobs/export_person.py writes.",
        )
    if _WRITING.search(plan):
        raise ConfigError("Only reading statements run here.", where="sql", remedy="Start with SELECT or WITH.")


def _parsed(spark: SparkSession, sql: str) -> str:
    """The parsed plan with the names of its tables, which sessions here leave out of plans, since errors quote them."""
    session: Any = spark._jsparkSession
    before = spark.conf.get(_NAMES, "0")
    spark.conf.set(_NAMES, "100")
    try:
        return str(session.sessionState().sqlParser().parsePlan(sql).toString())
    finally:
        spark.conf.set(_NAMES, before or "0")


def _first_line(fault: Exception) -> str:
    return str(fault).strip().splitlines()[0]


def print_rows(rows: DataFrame, form: str) -> None:
    """Prints rows to standard output as a table, CSV or JSON lines."""
    FORMATS[form](rows)


def _print_table(rows: DataFrame) -> None:
    table = RichTable(*rows.columns, show_lines=False)
    count = 0
    for row in rows.toLocalIterator():
        table.add_row(*[Text(_cell_text(value)) for value in row])
        count += 1
    console = Console() if sys.stdout.isatty() else Console(width=200)
    console.print(table)
    console.print(f"{count} rows", highlight=False)


def _print_csv(rows: DataFrame) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(rows.columns)
    for row in rows.toLocalIterator():
        writer.writerow([escape_formula(_cell_text(value)) for value in row])


def _print_json(rows: DataFrame) -> None:
    for line in rows.toJSON().toLocalIterator():
        print(line)


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (bytes, bytearray)):
        return f"({len(value)} sealed bytes)"
    if isinstance(value, (list, dict)):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)


FORMATS: dict[str, Callable[[DataFrame], None]] = {
    "table": _print_table,
    "csv": _print_csv,
    "json": _print_json,
}
