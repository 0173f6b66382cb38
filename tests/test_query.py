from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from triage.errors import AccessDeniedError, ConfigError
from triage.lake.store import Store
from triage.lake.tables import LEDGER, QUALITY, RELABELS, REVEALS
from triage.query import print_rows, query
from triage.spreadsheets import escape_formula


@pytest.fixture(scope="module")
def store(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(spark, str(tmp_path_factory.mktemp("query") / "lake"))
    rows = [{"batch_id": 1, "stage": "ingest", "measure": name, "value": 2.0} for name in ("new", "=cmd()")]
    store.append_rows(QUALITY, rows, 1)
    return store


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT * FROM metrics.quality", 2),
        ("-- why\n  select measure from metrics.quality where measure = 'new'", 1),
        ("WITH q AS (SELECT * FROM metrics.quality) SELECT * FROM q", 2),
        ("(SELECT 1) UNION (SELECT 2)", 2),
    ],
    ids=["plain", "after a comment", "with", "parentheses"],
)
def test_reading(store: Store, sql: str, rows: int) -> None:
    assert query(store, sql, limit=0).count() == rows


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM metrics.quality",
        "DROP TABLE metrics.quality",
        "WITH k AS (SELECT 1) DELETE FROM metrics.quality WHERE true",
        "FROM metrics.quality INSERT INTO metrics.quality SELECT *",
        "WITH k AS (SELECT 1) INSERT INTO metrics.quality SELECT * FROM metrics.quality",
        "SELECT nothing FROM metrics.quality",
        "SELECT * FROM silver.mail",
        "SELECT FROM WHERE",
    ],
    ids=[
        "delete",
        "drop",
        "hidden delete",
        "hidden insert",
        "insert behind with",
        "no column",
        "no table",
        "no SQL",
    ],
)
def test_what_does_not_run_is_told(store: Store, sql: str) -> None:
    with pytest.raises(ConfigError):
        query(store, sql, limit=0)
    assert store.read(QUALITY).count() == 2


def test_a_table_that_no_job_has_written_yet_has_no_rows(spark: SparkSession, tmp_path: Path) -> None:
    begun, sql = Store(spark, str(tmp_path / "lake")), "SELECT relabel_id, mails FROM ops.relabels"
    begun.append_rows(LEDGER, [{"batch_id": 1, "kind": "file", "file_key": "a", "planned_at": datetime.now(UTC)}], 1)
    assert query(begun, sql, limit=0).collect() == []
    begun.add(RELABELS, [dict.fromkeys(RELABELS.column_names) | {"relabel_id": "r", "mails": 7}])
    assert [tuple(row) for row in query(begun, sql, limit=0).collect()] == [("r", 7)]
    with pytest.raises(ConfigError, match="nothing"):
        query(begun, "SELECT nothing FROM ops.relabels", limit=0)


def test_csv_holds_no_formula(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(query(store, "SELECT measure FROM metrics.quality ORDER BY 1", limit=0), "csv")
    assert capsys.readouterr().out.splitlines() == ["measure", "'=cmd()", "new"]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("-5", "-5"),
        ("+4.5e3", "+4.5e3"),
        ("-a", "'-a"),
        ("", ""),
        ("plain", "plain"),
    ],
)
def test_cells(cell: str, shown: str) -> None:
    assert escape_formula(cell) == shown


def test_people_see_sealed_bytes_by_size_only(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(query(store, "SELECT CAST('secret' AS BINARY) AS sealed", limit=0), "table")
    shown = capsys.readouterr().out
    assert "(6 sealed bytes)" in shown
    assert "1 rows" in shown


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM vault.raw_mail",
        "SELECT count(*) FROM Vault.`pseudonyms`",
        "WITH q AS (SELECT sealed FROM vault.keys) SELECT * FROM q",
        "SELECT * FROM metrics.quality WHERE measure IN (SELECT token FROM vault.pseudonyms)",
        "DESCRIBE vault.raw_mail",
        "SELECT * FROM delta.`/lake/vault/raw_mail`",
    ],
)
def test_the_vault_is_not_read_and_the_look_is_recorded(store: Store, sql: str) -> None:
    ledger = {"batch_id": 1, "file_key": "0" * 64}
    if not store.exists(LEDGER):
        store.append_rows(LEDGER, [{column: ledger.get(column) for column in LEDGER.column_names}], 1)
    before = store.count(REVEALS)
    with pytest.raises(AccessDeniedError, match="not read by SQL"):
        query(store, sql, limit=0)
    rows = list(store.rows(REVEALS, ("action", "outcome", "os_user", "value_hash", "reason")))
    assert len(rows) == before + 1
    found = rows[-1]
    assert (found["action"], found["outcome"], found["value_hash"], found["reason"]) == ("query", "refused", None, "")
    assert found["os_user"]
