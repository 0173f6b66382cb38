from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from pyspark.sql import SparkSession

from tests.query.conftest import BEGIN, key
from triage.api.lake import Lake
from triage.api.rows.answer import Answer
from triage.api.rows.moments import time_condition
from triage.api.rows.rows import Rows
from triage.errors import AccessDeniedError, ConfigError
from triage.lake.tables import TABLES
from triage.lake.views import VIEWS, Relation

Asked = Callable[[Lake], Answer]

SAME = {
    "equal to a value": (lambda lake: lake.routes.where(queue="billing"), "queue = 'billing'"),
    "one of several": (lambda lake: lake.routes.where(queue=["billing", "legal"]), "queue IN ('billing', 'legal')"),
    "one of none": (lambda lake: lake.routes.where(queue=[]), "false"),
    "null": (lambda lake: lake.routes.where(priority=None), "priority IS NULL"),
    "null or a value": (
        lambda lake: lake.routes.where(due_at=[None, BEGIN + timedelta(hours=1)]),
        "due_at IS NULL OR due_at = TIMESTAMP '2026-11-01 23:30:00'",
    ),
    "a time as text": (
        lambda lake: lake.routes.where(due_at="2026-11-02T00:30+01:00"),
        "due_at = TIMESTAMP '2026-11-01 23:30:00'",
    ),
    "two columns": (lambda lake: lake.routes.where(queue="support", rule="default"), "queue = 'support'"),
    "step by step": (
        lambda lake: lake.routes.where(queue="support").where(priority="high"),
        "queue = 'support' AND priority = 'high'",
    ),
    "a condition of SQL": (
        lambda lake: lake.routes.where("hour(due_at) < 4 OR due_at IS NULL", queue="billing"),
        "(hour(due_at) < 4 OR due_at IS NULL) AND queue = 'billing'",
    ),
    "a quote in a value": (lambda lake: lake.routes.where(queue="' OR true --"), "false"),
}


@pytest.mark.parametrize(("asked", "condition"), SAME.values(), ids=SAME)
def test_the_api_gives_the_rows_of_the_sql(opened: Lake, asked: Asked, condition: str) -> None:
    wanted = opened.sql(f"SELECT * FROM gold.routes WHERE {condition} ORDER BY mail_key").to_arrow()
    rows = asked(opened)
    assert isinstance(rows, Rows)
    assert rows.order_by("mail_key").to_arrow() == wanted
    assert rows.count() == wanted.num_rows


def test_a_list_column_is_asked_for_a_value_that_it_holds(opened: Lake) -> None:
    found = {row["mail_key"] for row in opened.labels.where(labels="invoice")}
    assert found == {key(number) for number in range(12) if number % 3}


def test_numbers_and_flags_are_compared_as_such(opened: Lake) -> None:
    assert opened.labels.where(score=0.5).count() == 1
    assert opened.labels.where(score=-0.5).count() == 0
    assert opened.labels.where(abstained=True).count() == 6


TIMES = {
    "a date": ({"since": "2026-11-01"}, 6),
    "the moment itself": ({"since": BEGIN}, 6),
    "until it, which is not included": ({"until": BEGIN}, 0),
    "a moment after it": ({"since": BEGIN + timedelta(seconds=1)}, 0),
    "a duration": ({"since": timedelta(days=36_500)}, 6),
    "a duration in words": ({"since": "5000w", "until": "1min"}, 6),
}


@pytest.mark.parametrize(("times", "count"), TIMES.values(), ids=TIMES)
@pytest.mark.parametrize(
    "table", ["mail", "routes", "labels"], ids=["its own time", "one that old rows lack", "the time of its mail"]
)
def test_since_and_until(opened: Lake, table: str, times: dict[str, object], count: int) -> None:
    assert opened[table].where(**times).count() == count  # type: ignore[arg-type]


def test_counts_of_a_batch_have_its_time(opened: Lake) -> None:
    assert opened.quality.where(since="2026-11-01T22:30Z").count() == 2
    assert opened.quality.where(since="2026-11-01T22:31Z").count() == 0


RELATIONS: tuple[Relation, ...] = (*TABLES, *VIEWS)


@pytest.mark.parametrize("table", [one for one in RELATIONS if one.name.startswith("gold/")], ids=lambda one: one.name)
def test_an_analyst_may_ask_gold_for_a_time(table: Relation) -> None:
    with suppress(ConfigError):  # a table without time
        assert not re.search(r"\b(vault|quarantine|silver|ops)\.", time_condition(table, ">=", "since"))


def test_columns_order_and_limit(opened: Lake) -> None:
    rows = opened.routes.where(queue="support").select("mail_key", "queue").order_by("-mail_key").limit(2)
    assert list(rows) == [{"mail_key": key(number), "queue": "support"} for number in (10, 7)]
    assert rows.count() == 2
    assert rows.limit(5).count() == 2


def test_a_step_leaves_the_rows_before_it_as_they_are(opened: Lake) -> None:
    routes = opened.routes
    assert routes.where(queue="legal").count() == 4
    assert routes.count() == 12


def test_every_form_has_the_same_rows(opened: Lake) -> None:
    rows = opened.labels.where(head="category").order_by("mail_key")
    arrow, dicts = rows.to_arrow(), list(rows)
    assert rows.to_pandas()["score"].tolist() == rows.to_polars()["score"].to_list() == arrow["score"].to_pylist()
    assert rows.to_pandas()["scores"].tolist() == [row["scores"] for row in dicts]
    assert rows.to_polars()["labels"].to_list() == [row["labels"] for row in dicts]
    assert str(opened.mail.to_pandas()["received_at"].dt.tz) == "UTC"
    assert opened.mail.to_polars()["received_at"].to_list() == [BEGIN] * 6


def test_spark_has_the_same_rows(root: str, spark: SparkSession, opened: Lake) -> None:
    rows = opened.routes.where(queue=["billing", "legal"], since="2026-11-01").order_by("mail_key").limit(3)
    wanted = [(row["mail_key"], row["queue"]) for row in rows]
    assert [(row.mail_key, row.queue) for row in rows.spark().collect()] == wanted
    assert opened.sql("SELECT mail_key FROM gold.routes").limit(2).spark().count() == 2


WRONG = {
    "a column": (lambda lake: lake.routes.where(queu="billing"), "no column queu.*Did you mean queue"),
    "a selected column": (lambda lake: lake.routes.select("priorty"), "no column priorty.*Did you mean priority"),
    "a column to order by": (lambda lake: lake.routes.order_by("-due"), "no column due"),
    "a value of another type": (lambda lake: lake.labels.where(score="high"), "double and never equal to this str"),
    "a number as a flag": (lambda lake: lake.labels.where(abstained=1), "boolean and never equal to this int"),
    "a time that is none": (lambda lake: lake.routes.where(due_at="tomorrow"), "timestamp and never equal"),
    "a map": (lambda lake: lake.labels.where(scores={"a": 1}), "never equal to this dict"),
    "a moment": (lambda lake: lake.mail.where(since="a while"), "This is no moment"),
    "a table without time": (lambda lake: lake.mail_counts.where(since="7d"), "have no time"),
    "where after limit": (lambda lake: lake.mail.limit(3).where(reply=True), "would come after limit"),
    "a limit of nothing": (lambda lake: lake.mail.limit(0), "one row or more"),
    "a table": (lambda lake: lake["gold.rutes"], "no table gold.rutes.*gold.routes"),
    "a parameter without a value": (lambda lake: lake.sql("SELECT :a AS a").to_arrow(), "have no value: a"),
    "a value that is none": (lambda lake: lake.sql("SELECT :a AS a", a=object()), "no value of a statement"),
    "writing": (lambda lake: lake.sql("DROP TABLE gold.routes").to_arrow(), "Only reading statements"),
    "several statements": (lambda lake: lake.mail.where("true) ; (SELECT 1").to_arrow(), "not SQL|statements"),
}


@pytest.mark.parametrize(("asked", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said(opened: Lake, asked: Callable[[Lake], object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        asked(opened)


@pytest.mark.parametrize(
    "asked",
    [
        lambda lake: lake.sql("SELECT * FROM vault.raw_mail").to_arrow(),
        lambda lake: lake.sql("SELECT * FROM vault.raw_mail").spark(),
        lambda lake: lake.mail.where("mail_key IN (SELECT mail_key FROM vault.raw_mail)").count(),
    ],
    ids=["as rows", "as a frame of Spark", "in a condition"],
)
def test_the_vault_is_not_read(opened: Lake, asked: Callable[[Lake], object]) -> None:
    with pytest.raises(AccessDeniedError, match="vault is not read"):
        asked(opened)


def test_values_of_parameters_are_values(opened: Lake) -> None:
    asked = "SELECT count(*) AS n FROM gold.routes WHERE queue IN :queues AND due_at >= :since AND due_at < :until"
    found = opened.sql(asked, queues=["billing", "legal"], since="2026-11-01", until=BEGIN + timedelta(hours=4))
    assert list(found) == [{"n": 2}]


def test_a_statement_of_ones_own_counts_and_is_cut(opened: Lake) -> None:
    numbers = opened.sql("SELECT mail_key FROM gold.routes ORDER BY mail_key DESC")
    assert (numbers.count(), numbers.limit(2).count()) == (12, 2)
    assert [row["mail_key"] for row in numbers.limit(2)] == [key(11), key(10)]


def test_rows_show_themselves_with_what_columns_mean(opened: Lake) -> None:
    shown, page = (
        repr(opened.routes.order_by("mail_key").select("mail_key", "queue", "due_at")),
        opened.routes._repr_html_(),
    )
    assert key(0) in shown.replace("\n", "") or key(0)[:20] in shown
    assert "10 rows; there are more" in shown and "there are more" in page
    assert "the department&#39;s queue" in page
    assert "&lt;PERSON_1&gt;" in opened.mail._repr_html_() and "<PERSON" not in opened.mail._repr_html_()


def test_a_moment_past_has_the_lake_as_it_was(opened: Lake) -> None:
    assert opened.as_of("2026-01-01").routes.count() == 0
    assert opened.as_of(datetime.now(UTC)).routes.count() == 12
    with pytest.raises(ConfigError, match="yet to come"):
        opened.as_of("2100-01-01")
