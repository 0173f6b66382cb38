"""The metrics of quality."""

from __future__ import annotations

from triage.monitoring.measurement import Metric

METRICS: tuple[Metric, ...] = ()
"""In the order of the report."""
