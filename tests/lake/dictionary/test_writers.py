"""Owners can read their tables, and each named job can reach the code that writes the table, in both directions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest

from tests.lakes import Lake
from triage.config import PROJECT
from triage.lake import tables
from triage.lake.tables import TABLES, Table
from triage.lake.tables.access import readers_of

BY_CONSTANT = {name: one for name, one in vars(tables).items() if isinstance(one, Table)}
WRITING = frozenset({"append", "append_rows", "add", "update", "replace", "replace_batches", "overwrite"})
WRITING_HELPERS = frozenset({"add_unerased", "_append"})
"""Functions that hand a table on to the store."""

NOT_OF_A_LAKE = frozenset({"triage.spark.class_archive"})
"""It writes to a lake of its own, which is thrown away."""

ELSEWHERE = frozenset({"triage.rights.erasure.blanking"})
"""It takes words out of rows that other jobs wrote, as the page says of erasures."""


@cache
def writing_modules() -> dict[str, set[str]]:
    """By table, the modules that hand its constant to a method that writes."""
    found: dict[str, set[str]] = {table.name: set() for table in TABLES}
    for source in sorted((PROJECT / "triage").rglob("*.py")):
        module = ".".join(source.relative_to(PROJECT).with_suffix("").parts)
        for table in _written(source) if module not in NOT_OF_A_LAKE | ELSEWHERE else ():
            found[table.name].add(module)
    return found


def _written(source: Path) -> Iterator[Table]:
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _called(node.func) in WRITING | WRITING_HELPERS:
            yield from (
                BY_CONSTANT[one.id] for one in node.args[:2] if isinstance(one, ast.Name) and one.id in BY_CONSTANT
            )


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("triage")


@cache
def reached(job: str) -> frozenset[str]:
    """All modules that a job imports, and that those import."""
    tree = ast.parse((PROJECT / job).read_text("utf-8"))
    direct = {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} & graph().modules
    return frozenset(direct).union(*(graph().find_upstream_modules(one) for one in direct))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_owner_may_read_the_table(table: Table) -> None:
    assert table.owner in readers_of(table.name)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_writer_reaches_code_that_writes_the_table(table: Table) -> None:
    modules = writing_modules()[table.name]
    assert table.writers
    assert [job for job in table.writers if not modules & reached(job)] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_all_code_that_writes_the_table_is_of_a_named_job(table: Table) -> None:
    modules = writing_modules()[table.name]
    assert modules
    assert modules - frozenset().union(*(reached(job) for job in table.writers)) == set()


@pytest.mark.slow
def test_what_a_first_run_writes_is_declared_to_be_written_by_it(trained: Lake) -> None:
    written = {table.name for table in TABLES if (trained.root / table.name / "_delta_log").is_dir()}
    assert written >= {"silver/mail", "gold/routes", "metrics/runs", "ops/ledger"}
    assert written <= {table.name for table in TABLES if "jobs/nightly.py" in table.writers}
