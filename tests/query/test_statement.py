from __future__ import annotations

import runpy

import pytest

from triage.config import PROJECT
from triage.errors import AccessDeniedError, ConfigError
from triage.query.language.dictionary import RELATIONS, columns, relations
from triage.query.language.parameters import read_parameters
from triage.query.language.statement import DescribeTable, ShowTables, Statement, parse


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT 1", []),
        ("select queue from Gold.ROUTES", ["gold.routes"]),
        ("SELECT * FROM spark_catalog.gold.routes", ["gold.routes"]),
        ("SELECT * FROM `gold`.`routes` r JOIN silver.mail USING (mail_key)", ["gold.routes", "silver.mail"]),
        ("WITH routes AS (SELECT * FROM gold.routes) SELECT * FROM routes", ["gold.routes"]),
        (
            "SELECT * FROM gold.routes WHERE mail_key IN (SELECT mail_key FROM silver.mail)",
            ["gold.routes", "silver.mail"],
        ),
        ("(SELECT 1) UNION (SELECT queue FROM gold.routes)", ["gold.routes"]),
        ("FROM gold.routes SELECT queue", ["gold.routes"]),
        ("SELECT mark FROM silver.mail LATERAL VIEW explode(marks) AS mark", ["silver.mail"]),
        ("SELECT * FROM range(3)", []),
        ("-- the vault.raw_mail\nSELECT 'vault.raw_mail' AS text", []),
        ("VALUES (1), (2)", []),
        ("SELECT 1;", []),
    ],
)
def test_tables_are_those_that_the_statement_names(sql: str, tables: list[str]) -> None:
    found = parse(sql)
    assert isinstance(found, Statement)
    assert [table.view for table in found.tables] == tables


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM gold.routes", "Only reading"),
        ("INSERT INTO gold.routes SELECT * FROM gold.routes", "Only reading"),
        ("WITH k AS (SELECT 1) INSERT INTO gold.routes SELECT * FROM k", "Only reading"),
        ("FROM gold.routes INSERT INTO gold.labels SELECT *", "Only reading"),
        ("SELECT queue INTO gold.mine FROM gold.routes", "Only reading"),
        ("CREATE TABLE x AS SELECT 1", "Only reading"),
        ("SET spark.sql.ansi.enabled = true", "Only reading"),
        ("SELECT TRANSFORM(queue) USING 'cat' FROM gold.routes", "Only reading"),
        ("EXPLAIN DELETE FROM gold.routes", "Only reading"),
        ("SELECT 1; SELECT 2", "There are 2 statements"),
        ("", "There are 0 statements"),
        ("-- nothing", "There are 0 statements"),
        ("SELECT FROM WHERE", "not SQL"),
        ("SELECT (1", "not SQL at line 1"),
    ],
)
def test_what_is_no_single_reading_statement_is_refused(sql: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse(sql)


@pytest.mark.parametrize(
    ("sql", "remedy"),
    [
        ("SELECT * FROM gold.route", "Did you mean gold.routes"),
        ("SELECT * FROM routes", "Did you mean gold.routes?"),
        ("SELECT * FROM metrics.mail", "Did you mean quarantine.mail or silver.mail?"),
        ("SELECT * FROM zzz.qqq", "SHOW TABLES"),
        ("SELECT * FROM parquet.`/lake/gold/routes`", "SHOW TABLES"),
        ("SELECT * FROM a.b.c.d", "SHOW TABLES"),
        ("DESCRIBE gold.labls", "Did you mean gold.labels"),
    ],
)
def test_an_unknown_table_is_told_with_the_nearest(sql: str, remedy: str) -> None:
    with pytest.raises(ConfigError, match="There is no table") as told:
        parse(sql)
    assert remedy in told.value.remedy


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM vault.raw_mail",
        "SELECT count(*) FROM Vault.`pseudonyms`",
        "WITH q AS (SELECT sealed FROM vault.keys) SELECT * FROM q",
        "SELECT * FROM gold.routes WHERE mail_key IN (SELECT token FROM vault.pseudonyms)",
        "SELECT * FROM spark_catalog.vault.raw_mail",
        "SELECT * FROM vault.there_is_no_such_table",
        "DESCRIBE vault.raw_mail",
        "EXPLAIN SELECT * FROM vault.raw_mail",
        "SELECT * FROM delta.`/lake/vault/raw_mail`",
        "SELECT * FROM read_parquet('/lake/vault/raw_mail/*.parquet')",
        "SELECT * FROM IDENTIFIER('parquet.`/lake/vault/raw_mail`')",
        "SELECT * FROM IDENTIFIER('vault.raw_mail')",
        "SHOW TABLES IN vault",
    ],
)
def test_the_vault_is_refused(sql: str) -> None:
    with pytest.raises(AccessDeniedError, match="not read by SQL"):
        parse(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_parquet('/data/*.parquet')",
        "SELECT * FROM gold.routes, LATERAL read_parquet('/data')",
        "SELECT * FROM gold.routes JOIN Read_Parquet('/data')",
        "SELECT * FROM gold.routes WHERE queue IN (SELECT a FROM read_csv('/etc/passwd'))",
        "SELECT * FROM TABLE(read_parquet('/data'))",
        "SELECT * FROM any_other('/data')",
        "SELECT * FROM IDENTIFIER('gold.' || 'routes')",
        "SELECT IDENTIFIER('queue') FROM gold.routes",
        "SELECT reflect('java.lang.System', 'getenv', 'HOME')",
        "SELECT system.builtin.`reflect`('java.lang.System', 'getenv', 'HOME')",
        "SELECT TRY_REFLECT /* */ ('java.lang.System', 'getenv', 'HOME')",
        "SELECT max(java_method('java.lang.System', 'getenv', queue)) FROM gold.routes",
        "SELECT x FROM gold.routes LATERAL VIEW reflect('java.lang.System', 'getenv', 'HOME') t AS x",
        "SELECT transform(array('HOME'), x -> reflect('java.lang.System', 'getenv', x))",
    ],
)
def test_functions_that_reach_beyond_the_lake_are_refused(sql: str) -> None:
    with pytest.raises(ConfigError, match="tables of the lake only"):
        parse(sql)


@pytest.mark.parametrize("rows", ["range(3)", "explode(array(1, 2))", "stack(2, 1, 2)", "json_tuple('{}', 'a')"])
def test_functions_that_make_rows_may_stand_for_a_table(rows: str) -> None:
    assert isinstance(parse(f"SELECT * FROM {rows}"), Statement)


def test_a_zone_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigError, match=r"There is no zone golf\. .* gold, metrics, ops, quarantine, silver"):
        parse("SHOW TABLES IN golf")


def test_a_refused_statement_is_quoted_by_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ConfigError, match="SHOW TABLES lists"):
        parse("SHOW VIEWS LIKE 'ann berg'")
    assert not caplog.records


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("billing", "'billing'"),
        ("it's", "'it\\'s'"),
        ("x' OR '1' = '1", "'x\\' OR \\'1\\' = \\'1'"),
        ("7", "7"),
        ("-2.5", "-2.5"),
        ("007", "'007'"),
        ("'7'", "'7'"),
        ("true", "TRUE"),
        ("null", "NULL"),
        ("", "''"),
        ("a=b", "'a=b'"),
    ],
)
def test_a_parameter_is_one_value_whatever_it_holds(given: str, text: str) -> None:
    found = parse("SELECT * FROM gold.routes WHERE queue = :q", read_parameters([f"q={given}"]))
    assert isinstance(found, Statement)
    assert found.for_spark() == f"SELECT * FROM gold.routes WHERE queue = {text}"


@pytest.mark.parametrize(
    ("sql", "given", "said"),
    [
        ("SELECT :a, :b", ["a=1"], "have no value: b"),
        ("SELECT 1", ["a=1"], "not in the statement: a"),
        ("SELECT ':a'", ["a=1"], "not in the statement: a"),
        ("SELECT :a", ["a=1", "a=2"], "comes twice"),
        ("SELECT :a", ["a"], "NAME=VALUE"),
        ("SELECT :a", ["1=2"], "NAME=VALUE"),
    ],
)
def test_wrong_parameters_are_told(sql: str, given: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse(sql, read_parameters(given))


@pytest.mark.parametrize(
    ("sql", "zone"), [("SHOW TABLES", None), ("show tables in GOLD;", "gold"), ("SHOW TABLES FROM ops", "ops")]
)
def test_tables_can_be_listed(sql: str, zone: str | None) -> None:
    assert parse(sql) == ShowTables(zone)


@pytest.mark.parametrize("sql", ["DESCRIBE gold.routes", "desc table `gold`.`routes`;"])
def test_a_table_can_be_described(sql: str) -> None:
    found = parse(sql)
    assert isinstance(found, DescribeTable)
    assert found.relation.view == "gold.routes"


def test_a_description_has_units_and_examples() -> None:
    found = {row["column"]: row for row in columns(RELATIONS["quarantine.mail"]).to_pylist()}
    assert found["size_bytes"] == {
        "column": "size_bytes",
        "type": "bigint",
        "unit": "bytes",
        "meaning": "bytes of the record",
        "example": "849",
        "personal_data": "none",
    }
    assert found["stage"]["example"] == "ingest"
    described = {row["column"]: row["personal_data"] for row in columns(RELATIONS["ops.ledger"]).to_pylist()}
    assert (described["path"], described["sealed_path"]) == ("pseudonym", "sealed")


def test_a_list_of_tables_has_their_owners_and_writers() -> None:
    [row] = relations("quarantine").to_pylist()
    assert row == {
        "table": "quarantine.mail",
        "meaning": "One row per quarantined message or file, with the reasons.",
        "owner": "operator",
        "written_by": "jobs/nightly.py, jobs/replay.py",
    }


@pytest.mark.parametrize(
    ("sql", "limited"),
    [
        ("SELECT 1", "SELECT 1 AS `1` LIMIT 5"),
        ("SELECT 1 LIMIT 9", "SELECT 1 AS `1` LIMIT 9"),
        ("SELECT queue AS q FROM gold.routes ORDER BY q", "SELECT queue AS q FROM gold.routes ORDER BY q LIMIT 5"),
    ],
)
def test_a_limit_is_added_where_there_is_none(sql: str, limited: str) -> None:
    found = parse(sql)
    assert isinstance(found, Statement)
    assert found.limited(5).for_spark() == limited


def test_the_page_of_the_dialect_is_what_the_declarations_say() -> None:
    page = runpy.run_path(str(PROJECT / "docs" / "write" / "sql.py"))
    assert page["TARGET"].read_text("utf-8") == page["text"](), "run ./spark-submit.sh docs/write/sql.py"
