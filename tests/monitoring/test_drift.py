"""Histograms over Spark and what they mean against a baseline; the counts are written by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.routing.builders import labels, mails
from triage.config import MonitoringSettings, Settings
from triage.lake.tables import ROUTES
from triage.monitoring.drift.baseline_drift import measure_drift, status_of
from triage.monitoring.drift.features import FEATURES, histograms, quantile_edges

SETTINGS = Settings(monitoring=MonitoringSettings(psi_watch=0.1, psi_alert=0.25, min_mails=4))
LIMITS = SETTINGS.monitoring


def _routes(spark: SparkSession, *queues: str) -> DataFrame:
    due = datetime(2024, 1, 2, tzinfo=UTC)
    rows = [(f"m{i}", 1, queue, None, due, "r", "why", "v") for i, queue in enumerate(queues, start=1)]
    return spark.createDataFrame(rows, ROUTES.schema)


def _tables(spark: SparkSession, languages: str, chars: list[int], queue: str) -> dict[str, DataFrame]:
    count = len(chars)
    rows: list[dict[str, Any]] = [
        {"language": language, "body_chars": n} for language, n in zip(languages.split(), chars, strict=True)
    ]
    rows[0] |= {"entity_counts": {"PERSON": 3, "PHONE": 1}, "bulk": True, "attachments": [("a", "b", 1)] * 4}
    rows[1] |= {"entity_counts": {"PERSON": 2}, "reply": True, "has_html": True}
    decisions = [(f"m{i}", "category", "hr" if i % 2 else None, 0.1 * i) for i in range(1, count + 1)]
    return {
        "silver": mails(spark, *rows),
        "labels": labels(spark, *decisions),
        "routes": _routes(spark, *[queue] * count),
    }


@pytest.fixture(scope="module")
def before(spark: SparkSession) -> dict[str, DataFrame]:
    return _tables(spark, "de de en fr", [10, 20, 30, 40], "hr")


def test_histograms_count_every_feature(before: dict[str, DataFrame]) -> None:
    found = histograms(before, {"body_chars": [10.0, 30.0], "score.category": [0.25]})
    assert found == {
        "label.category": {"hr": 2, "abstained": 2},
        "score.category": {"up to 0.25": 2, "over 0.25": 2},
        "body_chars": {"up to 10": 1, "10 to 30": 2, "over 30": 1},
        "language": {"de": 2, "en": 1, "fr": 1},
        "attachments": {"0": 3, "3 or more": 1},
        "entities": {"PERSON": 5, "PHONE": 1},
        "signs": {"bulk": 1, "reply, has_html": 1, "none": 2},
        "queue": {"hr": 4},
        "rule": {"r": 4},
    }
    assert {name.split(".")[0] for name in found} == {feature.name for feature in FEATURES}


def test_edges_lie_at_the_quantiles(before: dict[str, DataFrame]) -> None:
    edges = quantile_edges(before)
    assert edges["body_chars"] == [10.0, 20.0, 30.0, 40.0]
    assert edges["score.category"] == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_first_run_is_the_baseline_and_the_next_is_compared(spark: SparkSession, before: dict[str, DataFrame]) -> None:
    first = measure_drift("run-1", **before, baseline_rows=[], mails=4, settings=SETTINGS)
    assert {(row.status, row.psi, row.js, row.baseline_run_id) for row in first} == {("baseline", 0, 0, "run-1")}
    assert [row.feature for row in first] == sorted(row.feature for row in first)
    stored = [row.as_row() for row in first]

    again = measure_drift("run-1", **before, baseline_rows=stored, mails=4, settings=SETTINGS)
    assert again == first

    same = measure_drift("run-2", **before, baseline_rows=stored, mails=4, settings=SETTINGS)
    assert {(row.status, row.psi) for row in same} == {("stable", 0.0)}

    later = _tables(spark, "en en en en", [11, 12, 13, 99], "sales")
    moved = {
        row.feature: row for row in measure_drift("run-3", **later, baseline_rows=stored, mails=4, settings=SETTINGS)
    }
    assert moved["body_chars"].histogram == {
        "up to 10": 0,
        "10 to 20": 3,
        "20 to 30": 0,
        "30 to 40": 0,
        "over 40": 1,
    }
    assert moved["queue"].js == 1.0
    assert moved["queue"].status == "alert"
    assert moved["language"].psi > LIMITS.psi_alert
    assert moved["language"].status == "stable", "four mails in three languages prove nothing"
    assert moved["queue"].baseline_run_id == "run-1"


def test_a_feature_without_baseline_becomes_one(before: dict[str, DataFrame]) -> None:
    stored = [{"run_id": "run-1", "feature": "queue", "histogram": {"hr": 4}}]
    rows = measure_drift("run-2", **before, baseline_rows=stored, mails=4, settings=SETTINGS)
    found = {row.feature: row for row in rows}
    assert found["queue"].status == "stable"
    assert found["score.category"].status == "baseline"
    assert set(found["score.category"].histogram) == {
        "up to 0.1",
        "0.1 to 0.2",
        "0.2 to 0.3",
        "0.3 to 0.4",
        "over 0.4",
    }


def test_too_few_mails_are_not_measured(before: dict[str, DataFrame]) -> None:
    assert measure_drift("run-1", **before, baseline_rows=[], mails=3, settings=SETTINGS) == []


STATUS = {
    "below": (0.09, 0.0, "stable"),
    "watch from its bound": (0.1, 0.0, "watch"),
    "alert from its bound": (0.25, 0.0, "alert"),
    "chance explains it": (0.3, 0.3, "stable"),
}


@pytest.mark.parametrize(("value", "chance", "status"), STATUS.values(), ids=STATUS)
def test_status(value: float, chance: float, status: str) -> None:
    assert status_of(value, chance, LIMITS) == status
