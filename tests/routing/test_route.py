"""Routes over Spark; the expected rows are written by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from tests.routing.builders import RECEIVED, labels, mails, rules_from, rules_of
from triage.config import load_settings
from triage.lake.tables import ROUTES
from triage.routing.plain import route_of
from triage.routing.route import route
from triage.routing.rules import load_rules


def _taken_by(spark: SparkSession, rules: Any, *decisions: tuple[str, str, str | None, float]) -> list[str]:
    count = len({key for key, *_ in decisions})
    rows = route(mails(spark, *[{}] * count), labels(spark, *decisions), rules).orderBy("mail_key").collect()
    return [row.rule for row in rows]


def test_first_match_wins(spark: SparkSession, tmp_path: Path) -> None:
    rules = rules_of(tmp_path, "{category: billing, priority: urgent}", "{category: billing}", "{priority: urgent}")
    decisions = [
        ("m1", "category", "billing", 0.9),
        ("m1", "priority", "urgent", 0.9),
        ("m2", "category", "billing", 0.9),
        ("m2", "priority", "low", 0.9),
        ("m3", "category", "hr", 0.9),
        ("m3", "priority", "urgent", 0.9),
        ("m4", "category", "hr", 0.9),
        ("m4", "priority", "low", 0.9),
    ]
    assert _taken_by(spark, rules, *decisions) == ["r1", "r2", "r3", "default"]


def test_abstained_meets_only_its_name(spark: SparkSession, tmp_path: Path) -> None:
    rules = rules_of(tmp_path, "{category: {none_of: billing}}", "{category: [abstained, billing]}")
    decisions = [
        ("m1", "category", None, 0.3),
        ("m2", "category", "hr", 0.9),
        ("m3", "category", "billing", 0.9),
    ]
    assert _taken_by(spark, rules, *decisions) == ["r2", "r1", "r2"]


def test_who_sent_a_mail_may_be_unknown(spark: SparkSession, tmp_path: Path) -> None:
    rules = rules_of(tmp_path, "{outgoing: true}", "{outgoing: false}")
    silver = mails(spark, {"outgoing": True}, {"outgoing": False}, {})
    found = route(silver, labels(spark, ("m1", "category", "hr", 0.9)), rules).collect()
    wanted = {"m1": "r1", "m2": "r2", "m3": "default"}
    assert {row.mail_key: row.rule for row in found} == wanted
    plain = [route_of(row.asDict(recursive=True), {}, rules) for row in silver.collect()]
    assert {row["mail_key"]: row["rule"] for row in plain} == wanted


def test_scores_are_of_their_head(spark: SparkSession, tmp_path: Path) -> None:
    rules = rules_of(tmp_path, "{category_score: {min: 0.5}}")
    decisions = [
        ("m1", "category", None, 0.5),
        ("m2", "category", "hr", 0.49),
        ("m2", "priority", "high", 0.9),
        ("m3", "category", "hr", float("nan")),
    ]
    assert _taken_by(spark, rules, *decisions) == ["r1", "default", "default"]


def test_a_mail_without_labels_is_kept(spark: SparkSession, tmp_path: Path) -> None:
    rules = rules_of(tmp_path, "{category_score: {max: 1}, category: abstained}", "{category: {none_of: abstained}}")
    rows = route(mails(spark, {}, {}), labels(spark, ("m2", "kind", "human", 0.9)), rules).collect()
    assert sorted((row.mail_key, row.rule, row.queue, row.priority) for row in rows) == [
        ("m1", "default", "rest", None),
        ("m2", "default", "rest", None),
    ]


def test_rows_are_exactly_those_of_the_declaration(spark: SparkSession, tmp_path: Path) -> None:
    rules = rules_from(
        tmp_path,
        """
        default: {queue: rest, due_hours: 1.5, reason: nobody else}
        rules:
          - {name: bill, when: {category: billing}, queue: billing, due_hours: {urgent: 2, low: null, otherwise: 24}}
          - {name: fixed, when: {category: hr}, queue: hr, priority: urgent, due_hours: {urgent: 3, otherwise: 9}}
          - {name: quiet, when: {bulk: true, category: {any_of: [sales, abstained]}}, queue: bulk}
        """,
    )
    silver = mails(spark, {}, {}, {}, {}, {"bulk": True, "batch_id": 7}, {})
    decisions = labels(
        spark,
        ("m1", "category", "billing", 0.9),
        ("m1", "priority", "urgent", 0.9),
        ("m2", "category", "billing", 0.9),
        ("m2", "priority", "low", 0.9),
        ("m3", "category", "billing", 0.9),
        ("m3", "priority", None, 0.2),
        ("m4", "category", "hr", 0.9),
        ("m4", "priority", "low", 0.9),
        ("m5", "category", None, 0.2),
        ("m5", "priority", "high", 0.9),
    )
    routes = route(silver, decisions, rules)
    assert routes.columns == ROUTES.column_names
    assert [field.dataType for field in routes.schema] == [column.type for column in ROUTES.columns]
    found = routes.orderBy("mail_key").collect()
    rows = [tuple(row)[:8] + tuple(row)[13:] for row in found]
    assert [tuple(row)[8:13] for row in found] == [
        (_later(0), None, "en", None, row["mail_key"] == "m5") for row in found
    ]
    bill, quiet = "category is billing", "bulk is true; category is sales or abstained"
    expected = [
        ("m1", 1, "billing", "urgent", _later(2), "bill", bill, rules.version),
        ("m2", 1, "billing", "low", None, "bill", bill, rules.version),
        ("m3", 1, "billing", None, _later(24), "bill", bill, rules.version),
        ("m4", 1, "hr", "urgent", _later(3), "fixed", "category is hr", rules.version),
        ("m5", 7, "bulk", "high", None, "quiet", quiet, rules.version),
        ("m6", 1, "rest", None, _later(1.5), "default", "nobody else", rules.version),
    ]
    assert rows == [(*row, None, None, None) for row in expected]  # no teams, and nothing moved


def test_the_shipped_rules_route(spark: SparkSession) -> None:
    heads = {
        "category": [
            "billing",
            "sales",
            "hr",
            "it_support",
            "logistics",
            "legal",
            "customer_service",
            "facilities",
        ],
        "priority": ["low", "normal", "high", "urgent"],
        "sentiment": ["negative", "neutral", "positive"],
        "kind": ["human", "auto_reply", "bounce", "newsletter", "spam"],
    }
    decisions = labels(
        spark,
        ("m1", "category", "it_support", 0.9),
        ("m1", "priority", "urgent", 0.9),
        ("m2", "category", None, 0.2),
        ("m3", "category", "legal", 0.9),
        ("m4", "kind", "newsletter", 0.9),
        ("m5", "kind", "spam", 0.95),
        ("m6", "kind", "spam", 0.8),
        ("m7", "kind", "spam", 0.95),
    )
    silver = mails(spark, {}, {}, {"bounce": True}, {}, {}, {}, {"reply": True})
    rows = route(silver, decisions, load_rules(load_settings(), heads)).orderBy("mail_key").collect()
    assert [(row.queue, row.priority, row.due_at) for row in rows] == [
        ("it_support", "urgent", _later(2)),
        ("review", None, _later(24)),
        ("bounces", "low", None),
        ("newsletters", "low", None),
        ("spam", "low", None),
        ("review", "low", _later(24)),
        ("review", "low", _later(24)),
    ]


def _later(hours: float) -> datetime:
    """Spark gives times back naive, in the zone of this machine."""
    return (RECEIVED.astimezone(UTC) + timedelta(hours=hours)).astimezone().replace(tzinfo=None)
