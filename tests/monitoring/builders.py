"""A made-up run for the monitoring tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from triage.monitoring.record import DriftRow, RunRecord

RUN = RunRecord(
    run_id="batches-000001-000002",
    started_at=datetime(2026, 11, 21, 2, tzinfo=UTC),
    seconds=20.0,
    batches=(1, 2),
    messages_read=12,
    messages_new=10,
    messages_duplicate=2,
    messages_published=9,
    messages_quarantined=1,
    stage_seconds={"ingest": 5.0, "start Spark": 2.5},
    model_version="3",
    policy_version="p1",
    rules_version="r1",
    key_id="k1",
)


def run_with(**changes: Any) -> RunRecord:
    """The run with other figures."""
    return replace(RUN, **changes)


def drift_row(feature: str, value: float, status: Any, histogram: dict[str, int]) -> DriftRow:
    """A row of metrics/drift."""
    return DriftRow(RUN.run_id, feature, value, value / 2, status, sum(histogram.values()), "run-0", histogram)
