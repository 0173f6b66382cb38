"""The views over mails whose answers are worked out by hand, by both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession

from tests.query.conftest import Asking, asking, key, no_spark
from triage.errors import ConfigError
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, LABELS, LEDGER, ROUTES, RUNS, STATUS, TABLES, THREADS
from triage.lake.tables.access import readers_of
from triage.lake.views import VIEWS, View
from triage.monitoring.performance.corrections import in_force
from triage.query.language.statement import Statement, parse

DAY = datetime(2026, 11, 2, tzinfo=UTC)
READ = {1: 9.0, 2: 9.5}
"""Hour of the run that read a batch."""
UNTIL = 48.0
"""Hour of the last run."""

# name: queue, thread, hour of arrival, hour when due, and what is odd about it
MAILS: dict[str, tuple[str, str | None, float, float | None, dict[str, Any]]] = {
    "in time": ("billing", "t1", 8, 12, {}),
    "in time's answer": ("billing", "t1", 11, None, {"outgoing": True}),
    "short": ("billing", "t2", 8, 10, {}),
    "short's automatic reply": ("billing", "t2", 8.1, None, {"outgoing": True, "automatic": True}),
    "short's answer": ("billing", "t2", 14, None, {"outgoing": True}),
    "undecided": ("review", "t3", 8, 10, {}),
    "open": ("review", "t4", 8, 200, {}),
    "newsletter": ("news", "t5", 8, None, {"automatic": True}),
    "before": ("legal", "t6", 7, None, {"outgoing": True}),
    "read late": ("legal", "t6", 8, 9, {"batch_id": 2}),
    "help desk": ("desk", None, 8, 12, {}),
    "reopened": ("desk", None, 8, 12, {}),
    "reopened at once": ("desk", None, 8, 12, {}),
    "answered again": ("again", "t11", 8, 12, {}),
    "answered again's answer": ("again", "t11", 9, None, {"outgoing": True}),
    "answered again's second answer": ("again", "t11", 11, None, {"outgoing": True}),
    "twin": ("legal", "t12", 8, None, {"automatic": True}),
    "other twin": ("desk", "t12", 8, None, {"automatic": True}),
    "quick": ("sales", "t7", 8, 12, {}),
    "quick's answer": ("sales", "t7", 9, None, {"outgoing": True}),
    "slow": ("sales", "t8", 20, 24, {}),
    "slow's answer": ("sales", "t8", 25, None, {"outgoing": True}),
    "hr quick": ("hr", "t9", 8, 12, {}),
    "hr quick's answer": ("hr", "t9", 9, None, {"outgoing": True}),
    "no answer": ("hr", "t10", 20, 24, {}),
    **{f"calm {n}": ("it", f"c{n}", 8 + 2 * n, 13 + 2 * n, {}) for n in range(4)},
    **{f"calm {n}'s answer": ("it", f"c{n}", 9 + 2 * n, None, {"outgoing": True}) for n in range(4)},
    **{f"burst {n}": ("it", f"b{n}", 20 + n / 10, 25 + n / 10, {}) for n in range(3)},
    "burst 0's answer": ("it", "b0", 21, None, {"outgoing": True}),
    "burst 1's answer": ("it", "b1", 21, None, {"outgoing": True}),
    "burst 2's answer": ("it", "b2", 27, None, {"outgoing": True}),
}  # fmt: skip
NUMBERS = {name: number for number, name in enumerate(MAILS)}
NAMES = {key(number): name for name, number in NUMBERS.items()}

STATES = {
    "in time": "in_time", "short": "late", "undecided": "overdue", "open": "open", "newsletter": "none_due",
    "read late": "overdue", "help desk": "in_time", "reopened": "in_time", "quick": "in_time", "slow": "late",
    "reopened at once": "in_time", "answered again": "in_time", "twin": "none_due", "other twin": "none_due",
    "hr quick": "in_time", "no answer": "overdue", "burst 0": "in_time", "burst 1": "in_time", "burst 2": "late",
    **{f"calm {n}": "in_time" for n in range(4)},
}  # fmt: skip
LATE = {
    "short": ("short", 4.0),
    "undecided": ("undecided", 38.0),
    "read late": ("read_late", 39.0),
    "slow": ("slow", 1.0),
    "no answer": ("no_answer", 24.0),
    "burst 2": ("backlog", 1.8),
}
"""Why, and hours late."""


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def correction(
    name: str, mail: int, decided: str | None, label: str, hour: float, undoes: str | None = None, source: str = "file"
) -> Any:
    return {"correction_id": name, "mail_key": key(mail), "head": "category", "decided": decided, "label": label,
        "corrected_at": at(hour), "corrected_by": "x", "source": source, "undoes": undoes,
    }  # fmt: skip


CORRECTED = [
    correction("right", 0, "invoice", "invoice", 1),
    correction("older", 1, "invoice", "contract", 1),
    correction("newer", 1, "invoice", "complaint", 2),
    correction("taken back", 2, "invoice", "contract", 1),
    correction("undo", 2, "invoice", "contract", 2, "taken back"),
    correction("put back", 3, None, "contract", 1),
    correction("undo 2", 3, None, "contract", 2, "put back"),
    correction("undo of it", 3, None, "contract", 3, "undo 2"),
    correction("thrice", 4, None, "contract", 1),
    correction("undo 3", 4, None, "contract", 2, "thrice"),
    correction("undo 4", 4, None, "contract", 3, "undo 3"),
    correction("undo 5", 4, None, "contract", 4, "undo 4"),
    correction("twice undone", 5, None, "contract", 1),
    correction("undo 6", 5, None, "contract", 2, "twice undone"),
    correction("undo 7", 5, None, "contract", 3, "undo 6"),
    correction("undo 8", 5, None, "contract", 4, "twice undone"),
    correction("stated", 6, "invoice", "contract", 1),
    correction("moved later", 6, "invoice", "complaint", 2, source="move"),
    correction("at once 1", 7, "invoice", "contract", 1),
    correction("at once 2", 7, "invoice", "complaint", 1),
]


def _routes() -> Iterator[dict[str, Any]]:
    for name, (queue, _, received, due, more) in MAILS.items():
        yield dict(mail_key=key(NUMBERS[name]), queue=queue, priority="high", rule="r", reason="", language="en",
            received_at=at(received), due_at=None if due is None else at(due),
            **{"batch_id": 1, "outgoing": False} | more,
        )  # fmt: skip


def _status(name: str, status: str, hour: float) -> dict[str, Any]:
    return {"status_id": f"{name} {status}", "mail_key": key(NUMBERS[name]), "status": status, "changed_at": at(hour)}


@pytest.fixture(scope="module")
def viewed(tmp_path_factory: pytest.TempPathFactory) -> str:
    store = Store(no_spark, str(tmp_path_factory.mktemp("views") / "lake"))
    threads = [
        {"mail_key": key(NUMBERS[name]), "batch_id": 1, "thread_id": thread, "sent_at": at(hour)}
        for name, (_, thread, hour, *_rest) in MAILS.items()
        if thread
    ]
    head = {"head": "category", "best_label": "invoice", "score": 0.4, "batch_id": 1}
    labels = [
        dict(mail_key=key(NUMBERS[name]), abstained=name == "undecided", **head,
             label=None if name == "undecided" else "invoice", reason="LOW_SCORE" if name == "undecided" else None)
        for name in MAILS
    ]  # fmt: skip
    figures = {"seconds": 2.0, "messages_published": 3, "messages_read": 4, "messages_quarantined": 1}
    runs = [
        dict(run_id=f"r{n}", started_at=at(hour), batches=[n], **figures) for n, hour in (*READ.items(), (3, UNTIL))
    ]
    store.append_rows(LEDGER, [{"batch_id": 1, "kind": "file", "file_key": "a", "planned_at": DAY}], 1)
    status = [
        _status("help desk", "answered", 9),
        _status("reopened", "closed", 9),
        _status("reopened", "reopened", 10),
        _status("reopened at once", "reopened", 9),
        _status("reopened at once", "closed", 9),
        _status("answered again", "reopened", 10),
    ]
    for table, rows in ((ROUTES, list(_routes())), (THREADS, threads), (LABELS, labels), (RUNS, runs)):
        store.append_rows(table, rows, 1)
    store.add(STATUS, status)
    store.add(CORRECTIONS, CORRECTED)
    return store.root


@pytest.fixture(params=["duckdb", "spark"])
def asked(request: pytest.FixtureRequest, viewed: str, spark: SparkSession) -> Asking:
    return asking(viewed, request.param, no_spark if request.param == "duckdb" else lambda: spark)


def test_each_mail_from_outside_has_its_state(asked: Asking) -> None:
    rows = asked("SELECT mail_key, state FROM gold.responses").to_pylist()
    assert {NAMES[row["mail_key"]]: row["state"] for row in rows} == STATES


def test_what_is_late_has_its_reason(asked: Asking) -> None:
    rows = asked("SELECT mail_key, why, hours_late FROM gold.late").to_pylist()
    assert {NAMES[row["mail_key"]]: (row["why"], row["hours_late"]) for row in rows} == LATE


def test_a_mail_that_was_opened_again_waits(asked: Asking) -> None:
    rows = asked("SELECT a.mail_key, a.answered_by FROM gold.answers AS a WHERE a.is_open").to_pylist()
    waiting = {NAMES[row["mail_key"]] for row in rows}
    assert waiting == {
        "undecided",
        "open",
        "newsletter",
        "read late",
        "reopened",
        "reopened at once",
        "twin",
        "other twin",
        "no answer",
    }


def test_queues_by_day(asked: Asking) -> None:
    rows = asked("SELECT * FROM gold.queue_by_day WHERE queue = 'billing'").to_pylist()
    assert rows == [
        {"day": DAY.date(), "queue": "billing", "mails": 2, "due": 2, "in_time": 1, "late": 1, "overdue": 0, "open": 0,
         "late_share": 0.5, "median_hours": 4.5}
    ]  # fmt: skip


def test_the_backlog_of_a_queue(asked: Asking) -> None:
    [row] = asked("SELECT * FROM gold.backlog WHERE gold.backlog.queue = 'review'").to_pylist()
    assert row == {
        "queue": "review", "waiting": 2, "overdue": 1, "urgent": 2, "oldest_at": at(8), "median_age_hours": 40.0,
        "next_due_at": at(200),
    }  # fmt: skip


def test_why_a_queue_is_late(asked: Asking) -> None:
    rows = asked("SELECT queue, why, mails, share FROM gold.late_by_queue ORDER BY queue").to_pylist()
    assert [(row["queue"], row["why"], row["mails"], row["share"]) for row in rows] == [
        ("billing", "short", 1, 0.5), ("hr", "no_answer", 1, 0.5), ("it", "backlog", 1, 0.1429),
        ("legal", "read_late", 1, 1.0), ("review", "undecided", 1, 0.5), ("sales", "slow", 1, 0.5),
    ]  # fmt: skip


def test_a_thread_in_one_row(asked: Asking) -> None:
    [row] = asked("SELECT * FROM gold.thread_overview WHERE thread_id = 't2'").to_pylist()
    assert row == {
        "thread_id": "t2", "mails": 3, "incoming": 1, "queues": 1, "first_queue": "billing", "first_at": at(8),
        "last_at": at(14), "days": 0.25, "is_open": False, "hours_to_answer": 6.0,
    }  # fmt: skip


def test_of_first_mails_at_one_moment_the_first_by_key_gives_the_queue(asked: Asking) -> None:
    [row] = asked("SELECT first_queue, queues FROM gold.thread_overview WHERE thread_id = 't12'").to_pylist()
    assert row == {"first_queue": "legal", "queues": 2}


FORMS = {
    "twice": ("SELECT count(*) AS n FROM gold.late AS a JOIN gold.late AS b ON a.why = b.why", 6),
    "joined within parentheses": ("SELECT count(*) AS n FROM (gold.late AS a CROSS JOIN gold.late AS b)", 36),
    "beside CTEs of its own names": (
        "WITH known_1 AS (SELECT 1 AS n), mails_1_1 AS (SELECT 2 AS n), late AS (SELECT why FROM gold.late) "
        "SELECT count(*) AS n FROM known_1 CROSS JOIN mails_1_1 CROSS JOIN late",
        6,
    ),
    "with quotes and catalog": (
        "SELECT count(`spark_catalog`.gold.`late`.why) AS n FROM spark_catalog.`gold`.`late`",
        6,
    ),
}


@pytest.mark.parametrize(("sql", "count"), FORMS.values(), ids=FORMS)
def test_a_view_stands_where_a_table_may(asked: Asking, sql: str, count: int) -> None:
    assert asked(sql).to_pylist() == [{"n": count}]


ONLY_SPARK = {
    "columns renamed": ("SELECT sum(m) AS n FROM gold.late_by_queue AS x(q, w, m, s, h)", [{"n": 6}]),
    "turned": (
        "SELECT slow, short FROM gold.late_by_queue PIVOT (sum(mails) FOR why IN ('slow', 'short')) "
        "WHERE queue = 'sales'",
        [{"slow": 1, "short": None}],
    ),
}


@pytest.mark.parametrize(("sql", "rows"), ONLY_SPARK.values(), ids=ONLY_SPARK)
def test_what_stands_with_a_views_name_holds(
    viewed: str, spark: SparkSession, sql: str, rows: list[dict[str, Any]]
) -> None:
    assert asking(viewed, "spark", lambda: spark)(sql).to_pylist() == rows


def test_a_view_has_no_version() -> None:
    with pytest.raises(ConfigError, match="--as-of"):
        parse("SELECT * FROM gold.late VERSION AS OF 3")


def test_heads_that_abstained(asked: Asking) -> None:
    assert asked("SELECT * FROM gold.abstained").to_pylist() == [
        {"head": "category", "language": "en", "reason": "LOW_SCORE", "mails": 1,
         "share": round(1 / len(MAILS), 4), "median_score": 0.4}
    ]  # fmt: skip


def test_corrections_in_force(asked: Asking) -> None:
    rows = asked("SELECT mail_key, label, was_right FROM gold.corrected ORDER BY mail_key").to_pylist()
    assert [(int(row["mail_key"], 16), row["label"], row["was_right"]) for row in rows] == [
        (0, "invoice", True), (1, "complaint", False), (3, "contract", False), (6, "contract", False),
        (7, "complaint", False),
    ]  # fmt: skip


def test_corrections_in_force_are_those_of_the_report(asked: Asking) -> None:
    found = asked("SELECT mail_key, head, label FROM gold.corrected").to_pylist()
    counted = [{name: row[name] for name in ("mail_key", "head", "label")} for row in in_force(CORRECTED)]
    assert sorted(found, key=repr) == sorted(counted, key=repr)


def test_the_cost_of_runs(asked: Asking) -> None:
    rows = asked(
        "SELECT run_id, mails_per_second, cost_per_thousand FROM metrics.cost_by_run ORDER BY run_id"
    ).to_pylist()
    assert [tuple(row.values()) for row in rows] == [("r1", 1.5, None), ("r2", 1.5, None), ("r3", 1.5, None)]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.view)
def test_a_view_has_the_columns_and_types_that_it_declares(viewed: str, spark: SparkSession, view: View) -> None:
    sql = f"SELECT * FROM {view.view}"
    by_duckdb, by_spark = asking(viewed, "duckdb", no_spark)(sql), asking(viewed, "spark", lambda: spark)(sql)
    assert by_duckdb.schema.names == by_spark.schema.names == view.column_names
    declared = [column.type.simpleString() for column in view.columns]
    assert [str(field.type).split("[")[0].replace("date32", "date") for field in by_spark.schema] == [
        {"bigint": "int64", "boolean": "bool"}.get(one, one) for one in declared
    ]
    assert sorted(map(repr, by_duckdb.to_pylist())) == sorted(map(repr, by_spark.to_pylist()))


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.view)
def test_an_analyst_may_read_the_tables_of_each_view(view: View) -> None:
    asked = parse(f"SELECT * FROM {view.view}")
    assert isinstance(asked, Statement)
    assert asked.only_in_spark == ()
    assert all("analyst" in readers_of(table.name) for table in asked.tables)


def test_no_view_has_the_name_of_a_table() -> None:
    assert not {view.name for view in VIEWS} & {table.name for table in TABLES}
