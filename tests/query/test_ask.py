"""Both engines give the same rows and say the same of what does not work; what they should give stands here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from tests.query.conftest import BEGIN, Asking, asking, key, no_spark
from triage.config import load_settings
from triage.errors import AccessDeniedError, ConfigError
from triage.lake.store import Store
from triage.lake.tables import LEDGER, RELABELS, REVEALS
from triage.query.ask import Question, ask
from triage.query.engines.choice import chosen_engine
from triage.query.engines.duckdb_engine import DuckDbEngine
from triage.query.language.functions import EXAMPLES
from triage.query.language.statement import Statement, parse

Row = tuple[Any, ...]

ANSWERS: dict[str, tuple[str, list[Row]]] = {
    "count": ("SELECT queue, count(*) AS n FROM gold.routes GROUP BY queue ORDER BY queue",
              [("billing", 4), ("legal", 4), ("support", 4)]),
    "nulls come first": ("SELECT priority, count(*) AS n FROM gold.routes GROUP BY priority ORDER BY priority",
                         [(None, 3), ("high", 9)]),
    "nulls come last": ("SELECT DISTINCT priority FROM gold.routes ORDER BY priority DESC", [("high",), (None,)]),
    "sum and mean": ("SELECT sum(batch_id) AS s, avg(score) AS a FROM gold.labels WHERE score < 0.2", [(3, 0.25 / 3)]),
    "division": ("SELECT 7 / 2 AS q, 7 % 2 AS r, 7 / 0 AS z", [(3.5, 1, None)]),
    "no rows": ("SELECT queue FROM gold.routes WHERE queue = 'none'", []),
    "text": ("SELECT upper(queue) AS u, length(queue) AS l, substring(queue, 1, 3) AS s, concat(queue, '!') AS c "
             "FROM gold.routes WHERE queue LIKE 'leg%' LIMIT 1", [("LEGAL", 5, "leg", "legal!")]),
    "regular expression": ("SELECT count(*) AS n FROM gold.routes WHERE queue RLIKE '^(b|s)'", [(8,)]),
    "explode": ("SELECT one, count(*) AS n FROM gold.labels LATERAL VIEW explode(labels) AS one "
                "GROUP BY one ORDER BY one", [("complaint", 4), ("invoice", 8)]),
    "explode in select": ("SELECT explode(marks) AS mark FROM silver.mail", [("NO_NER",)] * 3),
    "array": ("SELECT size(labels) AS n, labels[0] AS first, array_contains(labels, 'invoice') AS is_invoice "
              f"FROM gold.labels WHERE mail_key = '{key(2)}'", [(2, "invoice", True)]),
    "size of a map": (f"SELECT size(scores) AS n FROM gold.labels WHERE mail_key = '{key(3)}'", [(2,)]),
    "map": (f"SELECT round(scores['invoice'], 2) AS s FROM gold.labels WHERE mail_key = '{key(3)}'", [(0.25,)]),
    "struct": (f"SELECT sender.name AS who FROM silver.mail WHERE mail_key = '{key(1)}'", [("<PERSON_1>",)]),
    "time": (f"SELECT received_at FROM silver.mail WHERE mail_key = '{key(1)}'", [(BEGIN,)]),
    "day": ("SELECT date_trunc('DAY', due_at) AS day, count(*) AS n FROM gold.routes WHERE due_at IS NOT NULL "
            "GROUP BY 1 ORDER BY 1", [(datetime(2026, 11, 1, tzinfo=UTC), 1), (datetime(2026, 11, 2, tzinfo=UTC), 8)]),
    "date": ("SELECT DISTINCT CAST(due_at AS DATE) AS day FROM gold.routes WHERE due_at IS NOT NULL ORDER BY day",
             [(date(2026, 11, 1),), (date(2026, 11, 2),)]),
    "time is compared": ("SELECT count(*) AS n FROM gold.routes WHERE due_at < TIMESTAMP '2026-11-02 00:00:00'",
                         [(1,)]),
    "interval": ("SELECT max(due_at) + INTERVAL 1 DAY AS t FROM gold.routes",
                 [(datetime(2026, 11, 3, 9, 30, tzinfo=UTC),)]),
    "seconds between": ("SELECT unix_timestamp(max(due_at)) - unix_timestamp(min(due_at)) AS s FROM gold.routes",
                        [(10 * 3600,)]),
    "cast that fails": ("SELECT CAST('x' AS INT) AS n", [(None,)]),
    "case": ("SELECT CASE WHEN abstained THEN 'person' ELSE 'model' END AS who, count(*) AS n FROM gold.labels "
             "GROUP BY 1 ORDER BY 1", [("model", 6), ("person", 6)]),
    "join": ("SELECT r.queue, count(*) AS n FROM gold.routes r JOIN gold.labels l USING (mail_key) "
             "WHERE l.abstained GROUP BY r.queue ORDER BY r.queue", [("billing", 2), ("legal", 2), ("support", 2)]),
    "left join": ("SELECT count(m.mail_key) AS n, count(*) AS all FROM gold.routes r LEFT JOIN silver.mail m "
                  "ON r.mail_key = m.mail_key", [(6, 12)]),
    "window": ("SELECT queue FROM (SELECT queue, row_number() OVER (ORDER BY mail_key) AS n FROM gold.routes) "
               "WHERE n = 2", [("support",)]),
    "with": ("WITH late AS (SELECT * FROM gold.routes WHERE due_at IS NULL) SELECT count(*) AS n FROM late", [(3,)]),
    "union": ("(SELECT 1 AS n) UNION ALL (SELECT 2) ORDER BY n", [(1,), (2,)]),
    "filter": ("SELECT count(*) FILTER (WHERE abstained) AS n, count_if(NOT abstained) AS m FROM gold.labels",
               [(6, 6)]),
    "median": ("SELECT percentile(score, 0.5) AS m FROM gold.labels", [(5.5 / 12,)]),
    "coalesce": ("SELECT coalesce(priority, 'none') AS p, nvl(priority, '-') AS q FROM gold.routes "
                 f"WHERE mail_key = '{key(0)}'", [("none", "-")]),
    "collected": ("SELECT sort_array(collect_set(queue)) AS q FROM gold.routes", [(["billing", "legal", "support"],)]),
    "whole part": ("SELECT CAST(1.7 AS INT) AS a, CAST('-1.7' AS BIGINT) AS b, CAST(9007199254740993 AS BIGINT) AS c, "
                   "CAST(true AS INT) AS d", [(1, -1, 9007199254740993, 1)]),
    "day of the week": ("SELECT dayofweek(DATE '2026-11-01') AS a, weekday(DATE '2026-11-01') AS b", [(1, 6)]),
    "whole hours": ("SELECT timestampdiff(HOUR, TIMESTAMP '2026-11-01 00:59:00', TIMESTAMP '2026-11-01 02:01:00') AS h",
                    [(1,)]),
    "missing text": ("SELECT concat('a', NULL) AS a, concat_ws('-', 'a', NULL, 'b') AS b", [(None, "a-b")]),
    "nested calls": ("SELECT sum(CAST(floor(score * 10) AS INT)) AS s FROM gold.labels WHERE score > 0.5",
                     [(5 + 6 + 7 + 8 + 9,)]),
    "a name of SQL": ("SELECT `by` FROM metrics.quality LIMIT 1", [(None,)]),
}  # fmt: skip


def _close(rows: list[Row]) -> list[Row]:
    return [tuple(pytest.approx(one) if isinstance(one, float) else one for one in row) for row in rows]


def _with_maps(table: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist(maps_as_pydicts="strict")
    return rows


def _tuples(table: Any) -> list[Row]:
    return [tuple(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize("case", ANSWERS)
def test_duckdb_answers(by_duckdb: Asking, case: str) -> None:
    sql, rows = ANSWERS[case]
    assert _tuples(by_duckdb(sql)) == _close(rows)


@pytest.mark.exhaustive(sample=10)
@pytest.mark.parametrize("case", ANSWERS)
def test_spark_answers(by_spark: Asking, case: str) -> None:
    sql, rows = ANSWERS[case]
    assert _tuples(by_spark(sql)) == _close(rows)


def test_columns_without_a_name_have_the_same_in_both(by_duckdb: Asking, by_spark: Asking) -> None:
    sql = "SELECT count(*), max(due_at), queue, upper(rule), 1 + 1 FROM gold.routes GROUP BY queue, rule"
    names = ["count(*)", "max(due_at)", "queue", "upper(rule)", "1 + 1"]
    assert by_duckdb(sql).schema.names == by_spark(sql).schema.names == names


@pytest.mark.parametrize("table", ["gold.routes", "gold.labels", "silver.mail", "metrics.quality"])
def test_a_whole_table_is_the_same_in_both(by_duckdb: Asking, by_spark: Asking, table: str) -> None:
    sql = f"SELECT * FROM {table} ORDER BY 1, 2, 3"
    assert _with_maps(by_duckdb(sql)) == _with_maps(by_spark(sql))


@pytest.mark.parametrize("group", EXAMPLES)
def test_each_function_is_the_same_in_both(by_duckdb: Asking, by_spark: Asking, group: str) -> None:
    columns = ", ".join(f"{example} AS `{name}`" for name, example in EXAMPLES[group].items())
    sql = f"SELECT {columns} FROM gold.labels JOIN (SELECT mail_key, due_at FROM gold.routes) USING (mail_key)"
    ours, theirs = by_duckdb(sql), by_spark(sql)
    for name in EXAMPLES[group]:
        column = ours[name].to_pylist()
        assert sorted(map(repr, column)) == sorted(map(repr, theirs[name].to_pylist())), name
        assert any(value is not None for value in column), name


FAULTS = {
    "column": ("SELECT quue FROM gold.routes", "There is no column quue. [sql] Did you mean queue?"),
    "column of a table": ("SELECT r.quue FROM gold.routes r", "There is no column quue. [sql] Did you mean queue?"),
    "column that is like none": ("SELECT zzzz FROM gold.routes", "DESCRIBE gold.routes"),
    "text without quotes": ("SELECT * FROM gold.routes WHERE queue = zzzz", "A text stands in '…'."),
    "count beside a column": ("SELECT queue, count(*) FROM gold.routes", "is not grouped by"),
    "column that is not grouped by": (
        "SELECT queue, rule, count(*) FROM gold.routes GROUP BY queue",
        "Name it in GROUP BY",
    ),
    "two columns of a name": ("SELECT mail_key FROM gold.routes, gold.labels", "The statement does not work: "),
}


@pytest.mark.parametrize("case", FAULTS)
def test_both_say_what_does_not_work(by_duckdb: Asking, by_spark: Asking, case: str) -> None:
    sql, said = FAULTS[case]
    for asked in (by_duckdb, by_spark):
        with pytest.raises(ConfigError) as told:
            asked(sql)
        assert said in str(told.value)


def test_a_function_that_nobody_has_is_told(by_spark: Asking) -> None:
    with pytest.raises(ConfigError, match="There is no function frobnicate"):
        by_spark("SELECT frobnicate(queue) FROM gold.routes")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('{root}/gold/routes/*.parquet')",
        "SELECT getenv('HOME')",
        "SELECT * FROM delta_scan('{root}/vault/raw_mail')",
    ],
)
def test_duckdb_reads_nothing_but_tables(root: str, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the language let it pass."""
    monkeypatch.setattr("triage.query.language.statement.require_within_lake", lambda _: None)
    statement = parse(sql.format(root=root))
    assert isinstance(statement, Statement)
    with pytest.raises(ConfigError, match=r"tables of the lake only|no function|does not work"):
        DuckDbEngine(Store(no_spark, root)).rows(statement, {}, 0).read_all()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_parquet('{root}/gold/routes')",
        "SELECT * FROM IDENTIFIER('parquet.`{root}/gold/routes`')",
        "SELECT * FROM IDENTIFIER('delta.`{root}/gold/routes`')",
    ],
)
def test_spark_reads_nothing_but_tables(root: str, by_spark: Asking, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the language let it pass."""
    monkeypatch.setattr("triage.query.language.statement.require_within_lake", lambda _: None)
    with pytest.raises(ConfigError, match=r"tables of the lake only|There is no table parquet"):
        by_spark(sql.format(root=root))


def test_a_moment_before_the_first_run_is_told(root: str, capfd: pytest.CaptureFixture[str]) -> None:
    question = Question("SELECT count(*) AS n FROM gold.routes", moment=datetime(2020, 1, 1, tzinfo=UTC))
    rows = ask(Store(no_spark, root), load_settings(overrides=[f"lake.root={root}"]), question).read_all()
    assert rows.to_pylist() == [{"n": 0}]
    assert "gold.routes had not been written" in capfd.readouterr().err


def test_a_fault_of_a_row_does_not_quote_it(by_duckdb: Asking) -> None:
    with pytest.raises(ConfigError, match="fails on a row") as told:
        by_duckdb("SELECT date_trunc(subject, received_at) AS t FROM silver.mail")
    assert "Rechnung" not in str(told.value)


@pytest.mark.parametrize("limit", [1, 5, 0])
def test_the_limit_is_of_rows(by_duckdb: Asking, limit: int) -> None:
    found = by_duckdb("SELECT mail_key FROM gold.routes ORDER BY mail_key DESC", limit=limit)
    assert found["mail_key"].to_pylist() == [key(11 - number) for number in range(limit or 12)]
    assert by_duckdb("SELECT mail_key FROM gold.routes LIMIT 7", limit=limit).num_rows == (limit or 7)


def test_a_table_that_no_job_has_written_yet_has_no_rows(root: str, by_duckdb: Asking, by_spark: Asking) -> None:
    for asked in (by_duckdb, by_spark):
        assert asked("SELECT relabel_id, mails FROM ops.relabels").num_rows == 0
        with pytest.raises(ConfigError, match="nothing"):
            asked("SELECT nothing FROM ops.relabels")


def test_rows_that_came_since_are_seen(spark: SparkSession, tmp_path: Path) -> None:
    begun = Store(no_spark, str(tmp_path / "lake"))
    begun.append_rows(LEDGER, [{"batch_id": 1, "kind": "file", "file_key": "a", "planned_at": BEGIN}], 1)
    sql = "SELECT relabel_id, mails FROM ops.relabels"
    asked = [asking(begun.root, "duckdb", no_spark), asking(begun.root, "spark", lambda: spark)]
    assert [one(sql).num_rows for one in asked] == [0, 0]
    begun.add(RELABELS, [dict.fromkeys(RELABELS.column_names) | {"relabel_id": "r", "mails": 7}])
    assert [_tuples(one(sql)) for one in asked] == [[("r", 7)]] * 2


def test_a_place_without_a_lake_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no lake"):
        asking(str(tmp_path / "none"), "auto", no_spark)("SELECT * FROM gold.routes")
    assert not (tmp_path / "none").exists()


def test_a_look_at_the_vault_is_refused_and_recorded(tmp_path: Path) -> None:
    store = Store(no_spark, str(tmp_path / "lake"))
    store.append_rows(LEDGER, [dict.fromkeys(LEDGER.column_names) | {"batch_id": 1, "file_key": "0" * 64}], 1)
    with pytest.raises(AccessDeniedError, match="not read by SQL"):
        ask(store, load_settings(), Question("SELECT * FROM vault.raw_mail"))
    [found] = store.rows(REVEALS, ("action", "outcome", "os_user", "value_hash", "reason"))
    assert (found["action"], found["outcome"], found["value_hash"], found["reason"]) == ("query", "refused", None, "")
    assert found["os_user"]


@pytest.mark.parametrize(
    ("sql", "remote", "most", "reason"),
    [
        ("SELECT queue FROM gold.routes", "s3://bucket/lake", 2**30, "not in a folder"),
        ("SELECT queue FROM gold.routes", "", 0, "larger than lake.duckdb_bytes"),
        (
            "SELECT soundex(queue), months_between(due_at, due_at) FROM gold.routes",
            "",
            2**30,
            "months_between, soundex",
        ),
        ("SELECT date_diff(HOUR, due_at, due_at) FROM gold.routes", "", 2**30, "date_diff"),
        ("SELECT datediff(HOUR, due_at, due_at) FROM gold.routes", "", 2**30, "datediff with a unit"),
        (r"SELECT queue FROM gold.routes WHERE queue LIKE 'a\\_b'", "", 2**30, "LIKE with a backslash"),
    ],
    ids=["remote", "large", "functions", "hours", "unit", "pattern"],
)
def test_duckdb_says_why_it_cannot(root: str, sql: str, remote: str, most: int, reason: str) -> None:
    store, statement = Store(no_spark, remote or root), parse(sql)
    assert isinstance(statement, Statement)
    settings = load_settings(overrides=[f"lake.duckdb_bytes={most}"])
    with pytest.raises(ConfigError, match=reason):
        chosen_engine(store, settings, statement, "duckdb")
    assert chosen_engine(store, settings, statement, "auto").name == "spark"
