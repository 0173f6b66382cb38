"""A small lake with values of every kind, and both engines over it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from triage.config import Settings, load_settings
from triage.lake.store import Store
from triage.lake.tables import LABELS, LEDGER, QUALITY, ROUTES, SILVER_MAIL
from triage.query.ask import Question, ask
from triage.query.engines.choice import EngineName

BEGIN = datetime(2026, 11, 1, 22, 30, tzinfo=UTC)
Rows = list[dict[str, Any]]
Asking = Callable[..., pa.Table]


def no_spark() -> SparkSession:
    raise AssertionError("DuckDB answers without Spark")


def key(number: int) -> str:
    return f"{number:064x}"


def routes() -> Rows:
    queues = ("billing", "support", "legal")
    return [
        dict.fromkeys(ROUTES.column_names)
        | {
            "mail_key": key(number),
            "batch_id": 1,
            "queue": queues[number % 3],
            "priority": None if number % 4 == 0 else "high",
            "due_at": None if number % 5 == 0 else BEGIN + timedelta(hours=number),
            "rule": "default",
            "received_at": BEGIN if number < 6 else None,
        }
        for number in range(12)
    ]


def labels() -> Rows:
    return [
        dict.fromkeys(LABELS.column_names)
        | {
            "mail_key": key(number),
            "batch_id": 1,
            "head": "category",
            "label": "invoice" if number % 2 else None,
            "best_label": "complaint" if number % 5 else "invoice",
            "labels": ["invoice", "complaint"][: number % 3],
            "score": number / 12,
            "scores": {"invoice": number / 12, "complaint": 1 - number / 12},
            "abstained": number % 2 == 0,
        }
        for number in range(12)
    ]


def mails() -> Rows:
    return [
        dict.fromkeys(SILVER_MAIL.column_names)
        | {
            "mail_key": key(number),
            "batch_id": 1,
            "received_at": BEGIN,
            "sender": {"name": f"<PERSON_{number}>", "address": None},
            "subject": "Rechnung über 5 € | «ü»",
            "marks": ["NO_NER"] if number % 2 else [],
            "importance": number % 5 + 1,
        }
        for number in range(6)
    ]


@pytest.fixture(scope="package")
def root(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Read only."""
    store = Store(no_spark, str(tmp_path_factory.mktemp("query") / "a lake"))
    ledger = dict.fromkeys(LEDGER.column_names) | {"batch_id": 1, "kind": "file", "file_key": "a", "planned_at": BEGIN}
    store.append_rows(LEDGER, [ledger], 1)
    for table, rows in ((ROUTES, routes()), (LABELS, labels()), (SILVER_MAIL, mails())):
        store.append_rows(table, rows, 1)
    measures = [("new", 2.0), ("=cmd()", -1.5)]
    store.append_rows(
        QUALITY, [{"batch_id": 1, "stage": "ingest", "measure": name, "value": value} for name, value in measures], 1
    )
    return store.root


def asking(root: str, engine: EngineName, spark: Callable[[], SparkSession]) -> Asking:
    settings: Settings = load_settings(overrides=[f"lake.root={root}"])

    def answer(sql: str, **more: Any) -> pa.Table:
        return ask(Store(spark, root), settings, Question(sql, engine=engine, **more)).read_all()

    return answer


@pytest.fixture
def by_duckdb(root: str) -> Asking:
    return asking(root, "duckdb", no_spark)


@pytest.fixture
def by_spark(root: str, spark: SparkSession) -> Asking:
    return asking(root, "spark", lambda: spark)
