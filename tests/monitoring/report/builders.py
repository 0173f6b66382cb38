"""Made-up rows of the metrics tables for many runs."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

Rows = list[dict[str, Any]]

HEADS = ("category", "priority", "sentiment", "kind")
QUEUES = ("support", "billing", "sales", "hr", "legal", "review", "it", "facilities")


def run_row(index: int, started_at: datetime, mails: int = 1000) -> dict[str, Any]:
    """A row of metrics/runs."""
    duplicate, quarantined = mails // 20, mails // 50
    return {
        "run_id": f"batches-{index:06d}-{index:06d}",
        "started_at": started_at,
        "seconds": 60.0 + mails / 40,
        "messages_read": mails + duplicate,
        "messages_new": mails,
        "messages_duplicate": duplicate,
        "messages_published": mails - quarantined,
        "messages_quarantined": quarantined,
        "model_version": str(1 + index // 50),
    }


def run_rows(count: int, every: timedelta = timedelta(days=1), seed: int = 3) -> Rows:
    """So many runs up to 2026-11-21, of mail that grows and has its weekdays."""
    draw = random.Random(seed)
    end = datetime(2026, 11, 21, 2, tzinfo=UTC)
    times = [end - every * (count - 1 - index) for index in range(count)]
    return [
        run_row(index + 1, at, int((300 if at.weekday() > 4 else 1500) * draw.uniform(0.8, 1.2) + index))
        for index, at in enumerate(times)
    ]


def measure_row(run_id: str, metric: str, value: float | None, by: str = "run", where: str = "", **more: Any) -> Any:
    """A row of metrics/measures."""
    return {"run_id": run_id, "metric": metric, "by": by, "slice": where, "value": value, "low": None, "high": None,
            "usual": None, "mails": 100, "note": ""} | more  # fmt: skip


def measure_rows(runs: Rows, seed: int = 4) -> Rows:
    """What such runs measure: accuracy and abstention by head, mails by queue, drift, cost."""
    draw = random.Random(seed)
    rows: Rows = []
    for run in runs:
        run_id = run["run_id"]
        for head in HEADS:
            value = draw.uniform(0.88, 0.96)
            rows.append(
                measure_row(run_id, f"expected_accuracy.{head}", value, low=value - 0.02, high=min(1.0, value + 0.02))
            )
            rows.append(measure_row(run_id, f"abstention.{head}", draw.uniform(0.05, 0.2)))
        for place, queue in enumerate(QUEUES):
            rows.append(measure_row(run_id, "routed", float(draw.randint(10, 900 // (place + 1))), "queue", queue))
        for feature in ("language", "queue", "label.category"):
            rows.append(measure_row(run_id, f"drift.{feature}", draw.uniform(0, 0.15)))
        rows.append(measure_row(run_id, "cost_per_thousand", draw.uniform(0.2, 0.4), low=0.15, high=0.5))
    return rows


def alert_row(run_id: str, rule: str = "volume_low", severity: str = "warning", state: str = "raised") -> Any:
    """A row of metrics/alerts."""
    return {"run_id": run_id, "rule": rule, "by": "run", "slice": "", "state": state, "severity": severity}
