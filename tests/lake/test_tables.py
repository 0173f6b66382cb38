from __future__ import annotations

import runpy

import pytest

from triage.config import PROJECT
from triage.lake.tables import TABLES, Privacy, Table

CONTRACT = {
    "vault/raw_mail", "quarantine/mail", "silver/mail", "gold/labels", "gold/routes",
    "metrics/runs", "metrics/drift", "metrics/quality", "ops/ledger", "ops/erasures",
}  # fmt: skip


def test_the_promised_tables_are_declared() -> None:
    assert {table.name for table in TABLES} >= CONTRACT


def test_the_dictionary_is_up_to_date() -> None:
    page = runpy.run_path(str(PROJECT / "docs" / "write" / "tables.py"))
    assert page["TARGET"].read_text("utf-8") == page["text"](), "run ./spark-submit.sh docs/write/tables.py"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_declarations_are_sound(table: Table) -> None:
    names = table.column_names
    assert len(set(names)) == len(names)
    assert set(table.keys) <= set(names)
    assert set(table.statistics) <= set(names)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_only_the_vault_and_the_ledger_hold_sealed_data(table: Table) -> None:
    sealed = [column for column in table.columns if column.privacy is Privacy.SEALED]
    assert not sealed or table.name.startswith("vault/") or table.name == "ops/ledger"
    assert {column.context for column in sealed} <= set(table.column_names)
