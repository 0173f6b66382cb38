"""Declared joins name tables and columns that there are, and find rows in a lake."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.lakes import Lake
from triage.lake.dictionary.joins import SeenJoin, joins_of
from triage.lake.tables import ROUTES, RUNS, SILVER_MAIL, TABLES, Table
from triage.lake.tables.access import VAULT, ZONES
from triage.query.language.statement import Statement, parse

BY_VIEW = {table.view: table for table in TABLES}
EVERY = [join for table in TABLES for join in joins_of(table)]


def ids(join: SeenJoin) -> str:
    return f"{join.table.view}-{join.other.view}"


def of(table: Table, other: str) -> SeenJoin:
    [found] = [join for join in joins_of(table) if join.other.view == other]
    return found


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_joins_name_tables_and_columns_that_there_are(table: Table) -> None:
    for join in table.joins:
        other = BY_VIEW[join.other]
        assert other is not table
        assert {mine for mine, _ in join.pairs} <= set(table.column_names)
        assert {theirs for _, theirs in join.pairs} <= set(other.column_names)


def test_a_join_is_declared_once() -> None:
    declared = [frozenset({table.view, join.other}) for table in TABLES for join in table.joins]
    assert len(set(declared)) == len(declared)


def test_a_join_is_seen_from_both_sides() -> None:
    assert (of(ROUTES, "silver.mail").condition, of(SILVER_MAIL, "gold.routes").condition) == ("USING (mail_key)",) * 2
    assert (of(ROUTES, "gold.labels").finds, of(ROUTES, "silver.mail").finds) == ("rows", "one row")


def test_a_list_holds_the_value_of_the_other() -> None:
    condition = "ON array_contains(metrics.runs.batches, ops.ledger.batch_id)"
    ledger = of(RUNS, "ops.ledger").other
    assert of(RUNS, "ops.ledger").condition == of(ledger, "metrics.runs").condition == condition
    assert of(RUNS, "ops.ledger").finds == of(ledger, "metrics.runs").finds == "rows"


@pytest.mark.parametrize("join", [one for one in EVERY if VAULT not in (one.table.view + one.other.view)], ids=ids)
def test_a_condition_is_sql(join: SeenJoin) -> None:
    asked = parse(f"SELECT count(*) AS found FROM {join.table.view} JOIN {join.other.view} {join.condition}")
    assert isinstance(asked, Statement)
    assert set(asked.tables) == {join.table, join.other}


@pytest.fixture(scope="module")
def filled(trained: Lake) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of a lake that have rows, also those that SQL does not read otherwise."""
    with duckdb.connect() as found:
        for zone in ZONES:
            found.execute(f"CREATE SCHEMA {zone}")
        for table in TABLES:
            if (trained.root / table.name / "_delta_log").is_dir():
                found.register("rows_of_it", trained.table(table.name).to_pyarrow_table())
                found.execute(f"CREATE TABLE {table.view} AS SELECT * FROM rows_of_it")
        yield found


def count(lake: duckdb.DuckDBPyConnection, relation: str) -> int:
    [[found]] = lake.execute(f"SELECT count(*) FROM {relation}").fetchall()
    return int(found)


@pytest.mark.slow
def test_joins_find_rows_and_no_more_than_they_say(filled: duckdb.DuckDBPyConnection) -> None:
    present = {
        f"{zone}.{name}"
        for zone, name in filled.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
    }
    with_rows = {view: rows for view in present if (rows := count(filled, view))}
    tried = [join for join in EVERY if {join.table.view, join.other.view} <= with_rows.keys()]
    assert len(tried) > 20
    for join in tried:
        found = count(filled, f"{join.table.view} JOIN {join.other.view} {join.condition.replace('`', chr(34))}")
        assert found, ids(join)
        assert not join.finds_one or found <= with_rows[join.table.view], ids(join)
