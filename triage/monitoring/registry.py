"""All metrics: each is one function and one line in its family's `METRICS`."""

from __future__ import annotations

from triage.monitoring.alerts.metrics import METRICS as ALERTS
from triage.monitoring.drift.metrics import METRICS as DRIFT
from triage.monitoring.fairness.metrics import METRICS as FAIRNESS
from triage.monitoring.measurement import Metric
from triage.monitoring.performance.metrics import METRICS as PERFORMANCE
from triage.monitoring.quality.metrics import METRICS as QUALITY
from triage.monitoring.report.over_runs.metrics import METRICS as ROUTED
from triage.monitoring.service.metrics import METRICS as SERVICE
from triage.monitoring.value.metrics import METRICS as VALUE

METRICS: tuple[Metric, ...] = (*QUALITY, *DRIFT, *PERFORMANCE, *FAIRNESS, *VALUE, *SERVICE, *ROUTED, *ALERTS)
"""All metrics, in the order in which they are measured; a name is registered once."""


def metric_of(name: str) -> Metric | None:
    """The metric that a measurement of this name belongs to; None where it is unknown."""
    return next((metric for metric in METRICS if metric.covers(name)), None)
