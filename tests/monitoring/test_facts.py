"""The counts behind the report, by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from pyspark.sql import SparkSession

from tests.routing.builders import RECEIVED, labels, mails
from triage.lake.tables import QUARANTINE, ROUTES
from triage.monitoring.facts import QueueFacts, ReportFacts, collect

DUE = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
LATER = datetime(2024, 2, 2, 3, 4, 5, tzinfo=UTC)


def test_counts_all_four_tables(spark: SparkSession) -> None:
    silver = mails(
        spark,
        {"language": "de", "entity_counts": {"PERSON": 2}, "marks": ["A", "B"]},
        {"language": "de", "entity_counts": None, "marks": None, "received_at": LATER},
        {"language": "en", "entity_counts": {"PERSON": 1, "PHONE": 5}},
    )
    held = [("q1", 1, "f", 0, 1, ["EMPTY", "TOO_DEEP"], "parse"), ("q2", 1, "f", 0, 1, ["EMPTY"], "parse")]
    quarantine = spark.createDataFrame(held, QUARANTINE.schema)
    decided = labels(spark, ("m1", "category", "hr", 0.9), ("m2", "category", None, 0.1), ("m3", "kind", "human", 0.9))
    routes = spark.createDataFrame(
        [
            ("m1", 1, "hr", "high", DUE, "r1", "why", "v"),
            ("m2", 1, "hr", None, LATER, "r2", "why", "v"),
            ("m3", 1, "bounces", "low", None, "r1", "why", "v"),
        ],
        ROUTES.schema,
    )
    assert collect(silver, quarantine, decided, routes) == ReportFacts(
        reasons={"EMPTY": 2, "TOO_DEEP": 1},
        labels={"category": {"abstained": 1, "hr": 1}, "kind": {"human": 1}},
        queues=(
            QueueFacts("hr", 2, {"abstained": 1, "high": 1}, 2, DUE, LATER),
            QueueFacts("bounces", 1, {"low": 1}, 0, None, None),
        ),
        rules={"r1": 2, "r2": 1},
        languages={"de": 2, "en": 1},
        entities={"PHONE": 5, "PERSON": 3},
        marks={"A": 1, "B": 1},
        received_first=LATER,
        received_last=RECEIVED,
    )


def test_shares_are_figures_by_name() -> None:
    facts = ReportFacts(
        reasons={"EMPTY": 2},
        labels={"kind": {"human": 3, "abstained": 1}},
        queues=(QueueFacts("hr", 1, {}, 0, None, None), QueueFacts("sales", 3, {}, 0, None, None)),
    )
    assert facts.shares() == {
        "quarantine.EMPTY": 2.0,
        "label.kind.human": 0.75,
        "label.kind.abstained": 0.25,
        "queue.hr": 0.25,
        "queue.sales": 0.75,
    }
